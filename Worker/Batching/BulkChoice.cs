namespace SkillAi.Queue.Worker.Batching;

/// <summary>
/// Which length a run without priority items has. First one whose oldest item waited beyond its patience, so that no
/// rare length starves; else the oldest of those that fill a run; else, when nothing fills one, more is awaited for as
/// long as a full run would take (10 ms at most), and then the most efficient partial run goes.
/// </summary>
sealed class BulkChoice(CostModel cost, BatchingOptions options, RunFill fill)
{
    static readonly TimeSpan LongestLinger = TimeSpan.FromMilliseconds(10);

    public RunDecision Decide(in LaneView view, TimeSpan limit)
    {
        var full = Oldest(view.Bulk, limit, mustFill: true);
        var oldest = Oldest(view.Bulk, limit, mustFill: false);
        if (oldest < 0)
            return RunDecision.Later(Timeout.InfiniteTimeSpan);

        var isOverdue = view.Bulk[oldest].OldestAge >= options.BulkPatience;
        if (isOverdue || full >= 0)
            return Run(view, isOverdue ? oldest : full, limit, isOverdue ? CloseReason.Idle : CloseReason.NoMore);

        var best = MostEfficient(view.Bulk, limit);
        if (view.Draining)
            return Run(view, best, limit, CloseReason.Drain);

        if (!view.BulkArriving)
            return Run(view, best, limit, CloseReason.NoMore);

        var linger = cost.Predict(best, fill.Room(best, limit));
        var wait = (linger < LongestLinger ? linger : LongestLinger) - view.Bulk[best].OldestAge;
        return wait > TimeSpan.Zero ? RunDecision.Later(wait) : Run(view, best, limit, CloseReason.Idle);
    }

    RunDecision Run(in LaneView view, int bucket, TimeSpan limit, CloseReason partial)
    {
        var run = fill.OfBulk(bucket, view.Bulk, limit);
        var reason = run.Rung >= fill.MaxItems(bucket) ? CloseReason.Full
            : run.Bulk >= run.Room ? CloseReason.Quantum
            : partial;
        return new(0, 0, run.Bulk, bucket, run.Rung, reason, run.Cost, default);
    }

    int Oldest(ReadOnlySpan<BulkBucket> bulk, TimeSpan limit, bool mustFill)
    {
        var oldest = -1;
        for (var bucket = 0; bucket < bulk.Length; bucket++)
        {
            var least = mustFill ? fill.Room(bucket, limit) : 1;
            if (bulk[bucket].Waiting >= least
                && (oldest < 0 || bulk[bucket].OldestAge > bulk[oldest].OldestAge))
            {
                oldest = bucket;
            }
        }

        return oldest;
    }

    int MostEfficient(ReadOnlySpan<BulkBucket> bulk, TimeSpan limit)
    {
        var best = -1;
        var bestEfficiency = 0.0;
        for (var bucket = 0; bucket < bulk.Length; bucket++)
        {
            if (bulk[bucket].Waiting == 0)
                continue;

            var efficiency = fill.OfBulk(bucket, bulk, limit).Efficiency;
            if (best < 0 || efficiency > bestEfficiency)
                (best, bestEfficiency) = (bucket, efficiency);
        }

        return best;
    }
}
