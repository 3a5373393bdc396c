namespace SkillAi.Queue.Worker.Batching;

/// <content>Bulk runs beyond the quantum, and leaving them again.</content>
public partial class BatchPolicy
{
    const int MostTerminations = 2;

    /// <summary>Less than that is not worth leaving a run for.</summary>
    static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(2);

    int _terminations;

    /// <summary>How a run beyond the quantum can be left, by the warm-up probe; none unless set.</summary>
    public Exit Exit { get; set; }

    /// <summary>A run was terminated; its items wait again. After two in a row the next keeps to the quantum and is left
    /// to end, so that no item is begun for ever and a device that became slower is found out.</summary>
    public void Terminated() => _terminations++;

    /// <summary>How long to go on with a run before it is to be terminated for the priority items that wait behind it,
    /// unless something arrives: zero for now, infinite for never. Before its predicted end that cannot change by waiting,
    /// since what is left of the run and of the deadlines shrink together; after it the run is expected to last as
    /// long again as it is late by then.</summary>
    public TimeSpan TerminatesIn(TimeSpan now, ReadOnlySpan<UrgentItem> urgent, in RunUnderway run)
    {
        var free = Exit.TerminateTime + Moment;
        if (Exit.Way != WayOut.Terminate || _terminations >= MostTerminations || FindSavable(urgent, free) is not { } item)
            return Timeout.InfiniteTimeSpan;

        var slack = item.Slack - OutputTime - Reserve(now);
        var next = _cost.PredictHigh(item.Bucket, 1 + (_arrivals.PerSecond(now) * Math.Max(0, run.Left.TotalSeconds)));
        return run.IsOversized && run.Left > free && run.Left + next > slack
            ? TimeSpan.Zero
            : LaterThanPredicted(run, slack - next, free);
    }

    /// <summary>What to run on the second stream beside an oversized run: nothing while waiting for its end would do,
    /// since a shared run is cheaper.</summary>
    public RunDecision DecideBeside(TimeSpan now, ReadOnlySpan<UrgentItem> urgent, in RunUnderway run)
    {
        if (Exit.Way != WayOut.SecondStream || urgent.IsEmpty)
            return RunDecision.Later(Timeout.InfiniteTimeSpan);

        var queue = new UrgentQueue(urgent, _cost, _fill, OutputTime, bulkPart: 0);
        var shed = Math.Min(queue.Hopeless(), urgent.Length - 1);
        var slack = urgent[shed].Slack - OutputTime - Reserve(now);
        var waiting = urgent.Length - shed + (_arrivals.PerSecond(now) * Math.Max(0, run.Left.TotalSeconds));
        var next = _cost.PredictHigh(urgent[shed].Bucket, waiting);
        if ((run.Left * _cost.Kappa) + next <= slack
            && LaterThanPredicted(run, slack - next, default) is var wait && wait > TimeSpan.Zero)
        {
            return RunDecision.Later(wait);
        }

        var fit = Math.Min(queue.Fit(shed, slack * Exit.StreamShare), urgent.Length - shed);
        var bucket = queue.Bucket(shed, fit);
        var rung = _fill.Padded(fit);
        _feedback.Shed(shed);
        return new(
            shed, fit, 0, bucket, rung, CloseReason.NoMore, _cost.Predict(bucket, rung) / Exit.StreamShare, default);
    }

    /// <summary>The device's memory did not hold two runs at once: from now on there is no second stream.</summary>
    public void LosesStream() => Exit = Exit.Way == WayOut.SecondStream ? default : Exit;

    // The first that a run of its own could answer in time, were the device free then, or that is worth answering late.
    UrgentItem? FindSavable(ReadOnlySpan<UrgentItem> urgent, TimeSpan free)
    {
        foreach (var item in urgent)
        {
            if (!item.IsHard || free + _cost.Predict(item.Bucket, 1) <= item.Slack - OutputTime)
                return item;
        }

        return null;
    }

    // With w from now: it is late by w − left, and as much is expected to come, which has to fit in slack − w.
    TimeSpan LaterThanPredicted(in RunUnderway run, TimeSpan slack, TimeSpan free)
    {
        var isSurelyLate = run.Left + (run.Predicted * (_cost.Kappa - 1)) + free;
        return Max(TimeSpan.Zero, Max(isSurelyLate, (slack + run.Left) / 2));
    }

    // A device that lets go too late saves nobody, whoever insists on it.
    bool IsLeftInTime =>
        Exit.TerminateTime + Moment + _cost.PredictHigh(0, 1) <= Budget - OutputTime - _feedback.Margin;

    RunDecision RunBulk(TimeSpan now, in LaneView view, TimeSpan quantum)
    {
        var limit = quantum;
        var isTrusted = _terminations < MostTerminations;
        if (Exit.Way != WayOut.None && ServesUrgent && view.Cap is null && isTrusted && IsLeftInTime)
            limit = Oversized(now, Fullest(view.Bulk), quantum);

        var run = _bulk.Decide(view, limit);
        var isOversized = limit > quantum && run.Predicted > quantum;
        var isLeft = isOversized || (Exit.Way == WayOut.Terminate && isTrusted);
        return run with { IsOversized = isOversized, WayOut = isLeft ? Exit.Way : WayOut.None };
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
