using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace SkillAi.Queue.Transport.Hosting;

/// <summary>What a program says that does not start, where a sentence says more than a stack trace.</summary>
public static class Refusal
{
    /// <summary>Runs a program; its exit code. What refuses its start is told on standard error.</summary>
    public static async Task<int> GuardAsync(Func<Task<int>> program)
    {
        try
        {
            return await program();
        }
        catch (Exception cause) when (Find(cause) is not null)
        {
            return await SayAsync(Find(cause) ?? cause);
        }
    }

    /// <summary>Tells why a program ends; its exit code.</summary>
    public static async Task<int> SayAsync(Exception reason)
    {
        await Console.Error.WriteLineAsync(reason.Message);
        return (reason as StartRefusedException)?.ExitCode ?? StartRefusedException.Refused;
    }

    /// <summary>Null where the exception is none that a person could mend by a setting.</summary>
    public static StartRefusedException? Find(Exception cause) => cause switch
    {
        StartRefusedException refused => refused,
        OptionsValidationException wrong => new(Describe(wrong), wrong),
        IOException { InnerException: AddressInUseException } taken => new(taken.Message, taken),
        _ => null,
    };

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
