using SkillAi.Queue.Contracts;
using SkillAi.Queue.Worker.Models;

namespace SkillAi.Queue.Worker.Pipeline;

enum RetryStep
{
    /// <summary>All of them once more, after a delay.</summary>
    Again,
    /// <summary>In two halves, to find the one that is to blame.</summary>
    Halve,
    /// <summary>Their chunks leave this worker for a while; those that cannot are halved.</summary>
    Leave,
    /// <summary>It is the one: it fails, alone.</summary>
    Fail,
}

/// <param name="IsPaid">Whether the step has to be paid from the retry budget.</param>
readonly record struct RetryDecision(RetryStep Step, TimeSpan Delay = default, bool IsPaid = false);

/// <summary>
/// What becomes of a failed run's items. A model that refuses an item is not asked again: the run is halved until the
/// guilty item stands alone. Where one half succeeds the other is known to hold it, so that this takes log2(n) + 1 runs,
/// and twice as many where it always stands in the half that is looked at first. Too little memory halves too. A fault that may pass is given
/// time, three runs in bulk and two in the priority lane, whose items have none. Then somebody is suspected: where other
/// runs have succeeded meanwhile, an item, and the run is halved; where none has, this worker, and the chunks leave it.
/// </summary>
static class RetryPolicy
{
    const int BulkRuns = 3;
    const int UrgentRuns = 2;
    static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(1);

    /// <param name="failures">Failed runs of these items, this one included.</param>
    /// <param name="othersSucceed">Whether other runs have succeeded since the first of them.</param>
    /// <param name="chance">From 0 to 1: spreads retries, so that workers do not retry in step.</param>
    public static RetryDecision Decide(
        RunFailure failure, Lane lane, int items, int failures, bool othersSucceed, double chance)
    {
        if (failure != RunFailure.Transient)
            return new(Isolate(items));

        if (failures < (lane == Lane.Priority ? UrgentRuns : BulkRuns))
            return new(RetryStep.Again, lane == Lane.Priority ? default : Delay(failures, chance), IsPaid: true);

        return othersSucceed ? new(Isolate(items), IsPaid: items > 1) : new(RetryStep.Leave);
    }

    /// <summary>Instead of a step that the budget does not pay: bulk has time, a priority item has not.</summary>
    public static RetryStep Unpaid(Lane lane) => lane == Lane.Bulk ? RetryStep.Leave : RetryStep.Fail;

    static RetryStep Isolate(int items) => items > 1 ? RetryStep.Halve : RetryStep.Fail;

    static TimeSpan Delay(int failures, double chance)
    {
        var full = FirstDelay * Math.Pow(2, failures - 1);
        return (full < LongestDelay ? full : LongestDelay) * (0.75 + (0.5 * chance));
    }
}
