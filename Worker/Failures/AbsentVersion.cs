using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Worker.Failures;

/// <summary>What becomes of a chunk whose version this worker lacks. Versions share a model's queues, so while they are
/// replaced it is only at the wrong one: where another serves its version it is handed on, as often as it takes, which
/// is nobody's failure and no attempt. It waits a second in between, or where so much is left to no deadline not at all:
/// that bounds how often it goes round. Where nobody does, the ladder's time is left for one to come.</summary>
static class AbsentVersion
{
    /// <param name="left">Time to the chunk's earliest deadline; null when it has none.</param>
    /// <returns>How it leaves; null when the version is gone.</returns>
    public static Departure? Next(bool isServed, int attempt, TimeSpan? left)
    {
        if (!isServed)
            return LadderPolicy.Next(attempt, left) is { } rung ? new(rung, attempt + 1) : null;

        var isUrgent = left > TimeSpan.Zero && left <= RetryRung.OneSecond.Delay();
        return new(isUrgent ? null : RetryRung.OneSecond, attempt);
    }
}
