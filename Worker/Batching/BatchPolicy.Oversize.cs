namespace SkillAi.Queue.Worker.Batching;

/// <content>Bulk runs beyond the quantum, and leaving them again.</content>
public partial class BatchPolicy
{
    int _terminations;

    /// <summary>How a run beyond the quantum can be left, by the warm-up probe; none unless set.</summary>
    public Exit Exit { get; set; }

    /// <summary>A run was terminated; its items wait again. After two in a row the next keeps to the quantum, so that
    /// no item is begun for ever.</summary>
    public void Terminated() => _terminations++;

    /// <summary>Whether to terminate an oversized run for the priority items that wait behind it.</summary>
    /// <param name="left">Expected time until the run ends.</param>
    public bool Terminates(TimeSpan now, ReadOnlySpan<UrgentItem> urgent, TimeSpan left)
    {
        if (Exit.Way != WayOut.Terminate || urgent.IsEmpty || left <= Exit.TerminateTime + TimeSpan.FromMilliseconds(2))
            return false;

        var next = _cost.PredictHigh(urgent[0].Bucket, 1 + (_arrivals.PerSecond(now) * left.TotalSeconds));
        return left + next + _feedback.Margin > urgent[0].Slack - OutputTime;
    }

    /// <summary>What to run on the second stream beside an oversized run: nothing while waiting for its end would do,
    /// since a shared run is cheaper.</summary>
    /// <param name="left">Expected time until the run ends.</param>
    public RunDecision DecideBeside(TimeSpan now, ReadOnlySpan<UrgentItem> urgent, TimeSpan left)
    {
        if (Exit.Way != WayOut.SecondStream || urgent.IsEmpty)
            return RunDecision.Later(Timeout.InfiniteTimeSpan);

        var queue = new UrgentQueue(urgent, _cost, _fill, OutputTime, bulkPart: 0);
        var shed = Math.Min(queue.Hopeless(), urgent.Length - 1);
        var slack = urgent[shed].Slack - OutputTime - _feedback.Margin;
        var waiting = urgent.Length - shed + (_arrivals.PerSecond(now) * left.TotalSeconds);
        if ((left * _cost.Kappa) + _cost.PredictHigh(urgent[shed].Bucket, waiting) <= slack)
            return RunDecision.Later(Timeout.InfiniteTimeSpan);

        var fit = Math.Min(queue.Fit(shed, slack * Exit.StreamShare), urgent.Length - shed);
        var bucket = queue.Bucket(shed, fit);
        var rung = _fill.Padded(fit);
        _feedback.Shed(shed);
        return new(
            shed, fit, 0, bucket, rung, CloseReason.NoMore, _cost.Predict(bucket, rung) / Exit.StreamShare, default);
    }

    RunDecision RunBulk(TimeSpan now, in LaneView view, TimeSpan quantum)
    {
        var limit = quantum;
        if (Exit.Way != WayOut.None && ServesUrgent && view.Cap is null && _terminations < 2)
            limit = Oversized(now, Fullest(view.Bulk), quantum);

        var run = _bulk.Decide(view, limit);
        return run with { IsOversized = limit > quantum && run.Predicted > quantum };
    }

    TimeSpan Oversized(TimeSpan now, int bucket, TimeSpan quantum)
    {
        var fitting = _fill.Room(bucket, quantum);
        var most = _fill.MaxItems(bucket);
        var hazard = _arrivals.Hazard(now);
        var items = Exit.Way == WayOut.Terminate
            ? Oversize.WhenTerminated(_cost, bucket, fitting, most, quantum, hazard)
            : Oversize.BesideStream(
                _cost, bucket, fitting, most, quantum, Budget - OutputTime - _feedback.Margin, Exit.StreamShare,
                hazard, _arrivals.Peak);
        return items > fitting ? _cost.PredictHigh(bucket, items) + TimeSpan.FromTicks(1) : quantum;
    }

    static int Fullest(ReadOnlySpan<BulkBucket> bulk)
    {
        var fullest = 0;
        for (var bucket = 1; bucket < bulk.Length; bucket++)
            fullest = bulk[bucket].Waiting > bulk[fullest].Waiting ? bucket : fullest;
        return fullest;
    }
}
