using SkillAi.Queue.Contracts;
using SkillAi.Queue.Worker.Batching;

namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>A run that is closed: which items, padded to what, and why no more. One a stream, filled again and again.</summary>
sealed class ClosedRun
{
    public List<ItemRef> Items { get; } = [];

    /// <summary>Chunks that were completed while the run was closed, by items that are not worth running.</summary>
    public List<PendingChunk> Completed { get; } = [];

    public int Urgent { get; private set; }
    public int Bucket { get; private set; }
    public int Rung { get; private set; }
    public CloseReason Reason { get; private set; }
    public TimeSpan Predicted { get; private set; }

    /// <summary>Longer than a priority arrival can bear: to be left when one comes too late for its end.</summary>
    public bool IsOversized { get; private set; }

    /// <summary>How it can be left.</summary>
    public WayOut WayOut { get; private set; }

    /// <summary>Runs that these items have been in before, all failed.</summary>
    public int Failures { get; private set; }

    /// <summary>Successful runs of the version before the first of those failures; see <see cref="ModelLanes.Successes"/>.</summary>
    public long Successes { get; private set; }

    /// <summary>See <see cref="RetryGroup.Others"/>.</summary>
    public IReadOnlyList<ItemRef> Others { get; private set; } = [];

    public bool IsEmpty => Items.Count == 0;

    public Lane Lane => Urgent > 0 ? Lane.Priority : Lane.Bulk;

    public void Clear()
    {
        Items.Clear();
        Completed.Clear();
        Others = [];
    }

    /// <summary>Takes over what the policy decided, for the items that are in now.</summary>
    public void Close(in RunDecision decision, int urgent)
    {
        (Urgent, Bucket, Reason, Predicted, Failures) = (urgent, decision.Bucket, decision.Reason, decision.Predicted, 0);
        (IsOversized, WayOut) = (decision.IsOversized, decision.WayOut);
        // Items may have dropped out since the decision; the rung stays a warmed one.
        Rung = Math.Max(decision.Rung, Items.Count);
    }

    /// <summary>Takes over a failed run's items for another try.</summary>
    public void Close(RetryGroup group, int rung, TimeSpan predicted)
    {
        (Urgent, Bucket, Reason, Predicted) = (group.Lane == Lane.Priority ? Items.Count : 0, group.Bucket, CloseReason.NoMore, predicted);
        (Rung, Failures, Successes) = (rung, group.Failures, group.Successes);
        (Others, IsOversized, WayOut) = (group.Others, false, WayOut.None);
    }
}
