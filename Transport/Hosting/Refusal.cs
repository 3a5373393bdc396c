using Microsoft.Extensions.Options;

namespace SkillAi.Queue.Transport.Hosting;

/// <summary>What a program says that does not start because of its settings.</summary>
public static class Refusal
{
    /// <summary>A sentence each. The framework puts the member's name before a message that names the whole setting
    /// already.</summary>
    public static string Describe(OptionsValidationException refused) => string.Join('\n', refused.Failures.Select(WithoutMember));

    static string WithoutMember(string failure)
    {
        var end = failure.IndexOf(": ", StringComparison.Ordinal);
        if (end < 0)
            return failure;

        var message = failure[(end + 2)..];
        return message.Contains(':' + failure[..end], StringComparison.Ordinal) ? message : failure;
    }
}
