namespace SkillAi.Queue.Transport.RabbitMq;

/// <summary>The nodes of one broker, which one address may name: <c>amqp://user:password@one:5672,two:5672/vhost</c>.
/// They share everything but host and port.</summary>
static class BrokerNodes
{
    const string Host = @"(\[[0-9a-f:.]+\]|[^/@:,?#\[\]\s]+)(:\d{1,5})?";

    /// <summary>What <see cref="Parse"/> can read.</summary>
    public const string Pattern = $"(?i)^amqps?://([^/]*@)?{Host}(,{Host})*([/?].*)?$";

    /// <returns>The address of each node, in the order given.</returns>
    public static IReadOnlyList<Uri> Parse(string url)
    {
        var start = url.IndexOf("://", StringComparison.Ordinal) + 3;
        var end = url.IndexOfAny(['/', '?'], start) is >= 0 and var path ? path : url.Length;

        // A password may hold commas; what stands behind the last @ is hosts only.
        var hosts = url.LastIndexOf('@', end - 1, end - start) is >= 0 and var at ? at + 1 : start;
        return [.. url[hosts..end].Split(',').Select(host => new Uri($"{url[..hosts]}{host}{url[end..]}"))];
    }
}
