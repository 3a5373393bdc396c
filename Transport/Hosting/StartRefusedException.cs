namespace SkillAi.Queue.Transport.Hosting;

/// <summary>A program does not start. The message is one sentence for whoever operates it.</summary>
public class StartRefusedException(string message, Exception? cause = null, int exitCode = StartRefusedException.Refused)
    : Exception(message, cause)
{
    public const int Refused = 1;

    public int ExitCode { get; } = exitCode;
}
