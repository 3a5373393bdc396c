namespace SkillAi.Queue.Client.Commands;

/// <summary>Turns what can go wrong into one line on standard error and an exit code.</summary>
static class CommandErrors
{
    public const int Failed = 1;
    public const int Interrupted = 130;

    public static async Task<int> GuardAsync(Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (OperationCanceledException)
        {
            Terminal.Complain("Interrupted.");
            return Interrupted;
        }
        catch (HttpRequestException cause)
        {
            var failed = PatientCalls.IsOutage(cause) ? "The service does not answer" : "The input cannot be read";
            Terminal.Complain($"{failed}: {cause.GetBaseException().Message}");
            return Failed;
        }
        catch (Exception cause) when (
            cause is SkillAiException or ServiceStartException
            or IOException or UnauthorizedAccessException or InvalidDataException)
        {
            Terminal.Complain(cause.Message);
            return Failed;
        }
    }
}
