using SkillAi.Queue.Transport.Hosting;

namespace SkillAi.Queue.Worker.Models;

/// <summary>What a failed run says about the next one.</summary>
enum RunFailure
{
    /// <summary>The same items may well succeed.</summary>
    Transient,
    /// <summary>The model refuses one of the items: repeating is useless, halving finds it.</summary>
    Rejected,
    /// <summary>The device's memory does not hold that many items.</summary>
    OutOfMemory,
    /// <summary>The device answers nobody in this process any more.</summary>
    DeviceLost,
    /// <summary>It was asked to end before its time, and did.</summary>
    Terminated,
}

/// <summary>A run failed as a whole: none of its items has an answer.</summary>
sealed class ModelRunException(RunFailure failure, string message, Exception? cause = null) : Exception(message, cause)
{
    public RunFailure Failure { get; } = failure;
}

/// <summary>A model cannot be served. The message is one sentence for whoever operates the worker.</summary>
public sealed class ModelLoadException(string message, Exception? cause = null, int exitCode = StartRefusedException.Refused)
    : StartRefusedException(message, cause, exitCode)
{
    /// <summary>EX_CONFIG: the machine or the build lacks what the configuration asks for.</summary>
    public const int NoProvider = 78;
}
