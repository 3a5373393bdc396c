using System.Globalization;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Producer.Problems;

namespace SkillAi.Queue.Producer.Requests;

/// <summary>How long a call may be held, in whole seconds, cut to what is allowed.</summary>
static class Waits
{
    /// <summary>Reads <c>?wait=</c>; without it a call is not held.</summary>
    public static TimeSpan Read(HttpRequest request)
    {
        if (request.Query["wait"] is not [{ Length: > 0 } text])
            return TimeSpan.Zero;

        return TryParse(text, out var wait)
            ? wait
            : throw new ProblemException(Problem.Malformed("wait", "must be a whole number of seconds, at least 0"));
    }

    /// <summary>Digits only, however many.</summary>
    public static bool TryParse(ReadOnlySpan<char> digits, out TimeSpan wait)
    {
        wait = Limits.MaxWait;
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9'))
            return false;

        var isNumber = int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds);
        if (isNumber && seconds < Limits.MaxWait.TotalSeconds)
            wait = TimeSpan.FromSeconds(seconds);

        return true;
    }
}
