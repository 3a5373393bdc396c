using SkillAi.Queue.Contracts;
using SkillAi.Queue.Producer.Problems;

namespace SkillAi.Queue.Producer.Security;

/// <summary>Whose call it is. A tenant has shares and quotas of its own; its name becomes part of keys.</summary>
sealed class Tenancy(SecurityOptions options)
{
    const int MaxLength = 64;

    /// <exception cref="ProblemException">The header is trusted, and no name.</exception>
    public string Of(HttpRequest request)
    {
        if (!options.TrustTenantHeader || request.Headers[HttpHeaders.Tenant] is not { Count: > 0 } header)
            return Tenants.Default;

        return header is [{ } name] && IsName(name)
            ? name
            : throw new ProblemException(Problem.Malformed(
                HttpHeaders.Tenant, $"must be 1 to {MaxLength} of the characters a-z, 0-9, '-' and '_'"));
    }

    static bool IsName(string name) =>
        name.Length is > 0 and <= MaxLength
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_');
}
