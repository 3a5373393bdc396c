using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Worker.Failures;

/// <summary>Which rung a chunk stands on next: one second, ten, a minute, so that what lasts a moment costs a moment and
/// a node that is replaced meanwhile is waited for; then none. Nor is there one that would end behind the deadline: an
/// answer now, that it failed, is worth more than one that it expired.</summary>
static class LadderPolicy
{
    /// <param name="attempt">Deliveries so far, this one included.</param>
    /// <param name="left">Time to the chunk's earliest deadline; null when it has none.</param>
    public static RetryRung? Next(int attempt, TimeSpan? left)
    {
        RetryRung? rung = attempt switch
        {
            1 => RetryRung.OneSecond,
            2 => RetryRung.TenSeconds,
            3 => RetryRung.OneMinute,
            _ => null,
        };
        return rung is { } next && left <= next.Delay() ? null : rung;
    }
}
