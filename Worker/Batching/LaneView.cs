namespace SkillAi.Queue.Worker.Batching;

/// <summary>One waiting priority item, told in durations only, so that nobody downstream needs a clock.</summary>
/// <param name="Slack">Time left until its answer must have left the worker; negative when that has passed.</param>
/// <param name="Bucket">Position of its length bucket, shortest first.</param>
/// <param name="IsHard">Whether it has a deadline of its own. A soft one (the lane's target) may be missed,
/// but its item is never shed.</param>
public readonly record struct UrgentItem(TimeSpan Slack, int Bucket, bool IsHard);

/// <summary>The bulk items of one length bucket.</summary>
public readonly record struct BulkBucket(int Waiting, TimeSpan OldestAge);

/// <summary>A model's lanes at one instant.</summary>
public readonly ref struct LaneView
{
    /// <summary>Waiting priority items, earliest deadline first.</summary>
    public required ReadOnlySpan<UrgentItem> Urgent { get; init; }

    /// <summary>Waiting bulk items, one entry a length bucket, shortest first.</summary>
    public required ReadOnlySpan<BulkBucket> Bulk { get; init; }

    /// <summary>Whether more bulk may be on its way: the prefetch is not exhausted.</summary>
    public bool BulkArriving { get; init; }

    /// <summary>The longest run that others on the same device can bear; null when there are none.</summary>
    public TimeSpan? Cap { get; init; }

    /// <summary>Bulk of this model has had more than its share of the device: urgent runs are not filled with it.</summary>
    public bool WithoutFill { get; init; }

    /// <summary>The worker is stopping: nothing waits for company any more.</summary>
    public bool Draining { get; init; }
}
