namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>Two clocks: what came over the wire is in wall-clock time, everything inside the worker is time since its
/// start, which no correction of the wall clock can bend.</summary>
sealed class WorkerClock(TimeProvider time)
{
    readonly long _started = time.GetTimestamp();

    public TimeProvider Time => time;

    public TimeSpan Now => time.GetElapsedTime(_started);

    public DateTimeOffset UtcNow => time.GetUtcNow();

    /// <summary>A wall-clock instant as time since the start; before zero when it had passed by then.</summary>
    public TimeSpan At(DateTimeOffset instant) => Now + (instant - UtcNow);
}
