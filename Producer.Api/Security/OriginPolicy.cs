namespace SkillAi.Queue.Producer.Security;

/// <summary>Refuses what a browser would change here for a page of another origin, with all that its user may reach.
/// Programs send none of these headers, and no page can leave them out or choose them. What the browser itself says of
/// the two origins goes first: it holds where a gateway has changed <c>Host</c> too.</summary>
sealed class OriginPolicy(SecurityOptions options)
{
    readonly string[] _allowed = options.AllowedOrigins?.Split(';') ?? [];

    public bool IsForeign(HttpRequest request)
    {
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method))
            return false;

        var (site, origin) = (request.Headers["Sec-Fetch-Site"].ToString(), request.Headers.Origin.ToString());
        var isOwn = site.Length > 0 ? site is "same-origin" or "none" : origin.Length == 0 || IsOf(origin, request.Host);
        return !isOwn && !_allowed.Contains("*") && !_allowed.Contains(origin, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Whatever the scheme: a gateway may have ended the TLS.</summary>
    static bool IsOf(string origin, HostString host) =>
        origin.IndexOf("://", StringComparison.Ordinal) is var scheme and > 0
        && string.Equals(origin[(scheme + 3)..], host.Value, StringComparison.OrdinalIgnoreCase);
}
