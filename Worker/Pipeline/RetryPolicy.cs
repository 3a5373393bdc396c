using SkillAi.Queue.Contracts;
using SkillAi.Queue.Worker.Models;

namespace SkillAi.Queue.Worker.Pipeline;

enum RetryStep
{
    /// <summary>All of them once more, after a delay.</summary>
    Again,
    /// <summary>In two halves, to find the one that is to blame.</summary>
    Halve,
    /// <summary>It is the one: it fails, alone.</summary>
    Fail,
}

readonly record struct RetryDecision(RetryStep Step, TimeSpan Delay = default);

/// <summary>
/// What becomes of a failed run's items. A model that refuses an item is not asked again: the run is halved until the
/// guilty item stands alone, which takes 2·log2(n) + 1 runs. A fault that may pass is given time, three runs in bulk
/// and two in the priority lane, whose items have none; only then is an item suspected. Too little memory halves too.
/// </summary>
static class RetryPolicy
{
    const int BulkRuns = 3;
    const int UrgentRuns = 2;
    static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(1);

    /// <param name="failures">Failed runs of these items, this one included.</param>
    /// <param name="chance">From 0 to 1: spreads retries, so that workers do not retry in step.</param>
    public static RetryDecision Decide(RunFailure failure, Lane lane, int items, int failures, double chance)
    {
        if (failure == RunFailure.Transient && failures < (lane == Lane.Priority ? UrgentRuns : BulkRuns))
            return new(RetryStep.Again, lane == Lane.Priority ? default : Delay(failures, chance));

        return new(items > 1 ? RetryStep.Halve : RetryStep.Fail);
    }

    static TimeSpan Delay(int failures, double chance)
    {
        var full = FirstDelay * Math.Pow(2, failures - 1);
        return (full < LongestDelay ? full : LongestDelay) * (0.75 + (0.5 * chance));
    }
}
