using Microsoft.Extensions.Primitives;

namespace SkillAi.Queue.Producer.Requests;

/// <summary>What the caller prefers (RFC 7240): a list of <c>token[=value][;parameters]</c>, possibly over several
/// headers; the first of a kind counts, and what cannot be understood is ignored.</summary>
/// <param name="Wait">How long the caller would wait for the result; null: not at all.</param>
readonly record struct Preferences(TimeSpan? Wait)
{
    public static Preferences Parse(in StringValues headers)
    {
        foreach (var header in headers)
        {
            var list = header.AsSpan();
            foreach (var range in list.Split(','))
            {
                if (TryReadWait(list[range], out var wait))
                    return new(wait);
            }
        }

        return default;
    }

    static bool TryReadWait(ReadOnlySpan<char> preference, out TimeSpan wait)
    {
        wait = default;
        if (preference.IndexOf(';') is >= 0 and var parameters)
            preference = preference[..parameters];

        var equals = preference.IndexOf('=');
        return equals >= 0
            && preference[..equals].Trim().Equals("wait", StringComparison.OrdinalIgnoreCase)
            && Waits.TryParse(preference[(equals + 1)..].Trim().Trim('"'), out wait);
    }
}
