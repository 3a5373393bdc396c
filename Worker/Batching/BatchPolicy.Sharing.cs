namespace SkillAi.Queue.Worker.Batching;

/// <content>How the model stands among others on its device.</content>
public partial class BatchPolicy
{
    /// <summary>Part of a full run's efficiency that makes a run of bulk alone worth its while.</summary>
    const double Worthwhile = 0.85;

    /// <summary>What <see cref="ModelScheduler"/> wants to know.</summary>
    public ModelView Look(TimeSpan now, ReadOnlySpan<UrgentItem> urgent, ReadOnlySpan<BulkBucket> bulk, bool hasBulk) =>
        new(LatestStart(now, urgent), ServesUrgent ? Quantum(now) : null, hasBulk) { LeastBulk = LeastBulk(now, bulk) };

    // d1 − output − margin − Lhi(those that wait and those that will by then), for the first that can still be in time.
    TimeSpan? LatestStart(TimeSpan now, ReadOnlySpan<UrgentItem> urgent)
    {
        if (urgent.IsEmpty)
            return null;

        if (FindSavable(urgent, default) is not { } first)
            return TimeSpan.Zero;

        var bucket = new UrgentQueue(urgent, _cost, _fill, OutputTime, bulkPart: 0).Bucket(0, urgent.Length);
        var slack = first.Slack - OutputTime - Reserve(now);
        var items = urgent.Length + (_arrivals.PerSecond(now) * Math.Max(0, slack.TotalSeconds));
        return slack - _cost.PredictHigh(bucket, Math.Min(items, _fill.MaxItems(bucket)));
    }

    TimeSpan LeastBulk(TimeSpan now, ReadOnlySpan<BulkBucket> bulk)
    {
        var bucket = Fullest(bulk);
        var full = _fill.Room(bucket, Quantum(now));
        var least = Worthwhile * full / _cost.Predict(bucket, full).TotalMilliseconds;
        var enough = full;
        foreach (var items in _cost.RunSizes)
        {
            if (items < enough && items / _cost.Predict(bucket, items).TotalMilliseconds >= least)
                enough = items;
        }

        return bulk[bucket].Waiting >= enough ? _cost.PredictHigh(bucket, enough) : TimeSpan.MaxValue;
    }
}
