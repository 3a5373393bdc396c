namespace SkillAi.Queue.Worker.Batching;

/// <summary>How a priority item gets past a bulk run that is longer than the quantum.</summary>
public enum WayOut
{
    /// <summary>Not at all: no run is longer than the quantum.</summary>
    None,
    /// <summary>The run is terminated and its items run again later.</summary>
    Terminate,
    /// <summary>The item runs beside it, on a second stream.</summary>
    SecondStream,
}

/// <summary>What a warm-up probe found out about leaving a run.</summary>
/// <param name="TerminateTime">From the order until the device is free.</param>
/// <param name="StreamShare">Part of its usual speed that a run of one has beside a full run.</param>
public readonly record struct Exit(WayOut Way, TimeSpan TerminateTime, double StreamShare);

/// <summary>
/// How large a bulk run is worth being when it can be left. The quantum <c>Q</c> is spent in any case; what lies beyond,
/// <c>E = L(n) − Q</c>, is at the mercy of the next priority arrival, which comes with hazard <c>h</c>.
/// <list type="bullet">
/// <item>Terminate: the run survives with <c>e^(−hE)</c>, so the goal is the most items per expected device time,
/// <c>n·e^(−hE) / ((1 − e^(−hE))/h + e^(−hE)·(L − E))</c>.</item>
/// <item>Second stream: nothing is lost, but both runs slow down while an item runs beside; only where two such items
/// in a row still keep the deadline at the peak rate of the last ten minutes.</item>
/// </list>
/// A price per miss instead of these was tried and is unstable.
/// </summary>
static class Oversize
{
    const double NoticeableGain = 1.04;

    public static int WhenTerminated(CostModel cost, int bucket, int fitting, int most, TimeSpan quantum, double hazard)
    {
        var perMs = hazard / 1000;
        var best = fitting;
        var bestRate = fitting / cost.Predict(bucket, fitting).TotalMilliseconds;
        foreach (var items in cost.RunSizes)
        {
            if (items <= fitting || items > most)
                continue;

            var whole = cost.Predict(bucket, items).TotalMilliseconds;
            var beyond = Math.Max(0, whole - quantum.TotalMilliseconds);
            var survives = Math.Exp(-perMs * beyond);
            var time = ((1 - survives) / perMs) + (survives * (whole - beyond));
            if (items * survives / time > bestRate)
                (best, bestRate) = (items, items * survives / time);
        }

        return best;
    }

    public static int BesideStream(
        CostModel cost, int bucket, int fitting, int most, TimeSpan quantum, TimeSpan budget, double share,
        double hazard, double peak)
    {
        if (!KeepsDeadline(cost, bucket, budget, share, Math.Max(hazard, peak) / 1000))
            return fitting;

        var perMs = hazard / 1000;
        var best = fitting;
        var bestRate = NoticeableGain * MixedRate(cost, bucket, quantum, budget, perMs);
        var alone = cost.Predict(bucket, 1).TotalMilliseconds;
        var beside = cost.Predict(bucket, 1 + (perMs * alone / share)).TotalMilliseconds;
        var occupied = beside * perMs / (1 + (perMs * alone / share));
        if (occupied > 0.9)
            return fitting;

        foreach (var items in cost.RunSizes)
        {
            if (items <= fitting || items > most)
                continue;

            var whole = cost.Predict(bucket, items).TotalMilliseconds;
            var beyond = Math.Max(0, whole - quantum.TotalMilliseconds);
            var stretched = beyond / (1 - occupied);
            var rate = (items + (perMs * stretched)) / (whole - beyond + stretched);
            if (rate > bestRate)
                (best, bestRate) = (items, rate);
        }

        return best;
    }

    // The stream must serve whatever gathers while it serves: the fixed point of one run's time at the peak rate.
    static bool KeepsDeadline(CostModel cost, int bucket, TimeSpan budget, double share, double perMs)
    {
        var time = cost.Predict(bucket, 1).TotalMilliseconds / share;
        for (var i = 0; i < 30; i++)
            time = Math.Min(1e4, cost.Predict(bucket, 1 + (perMs * time)).TotalMilliseconds / share);
        return 2 * time * cost.Kappa <= budget.TotalMilliseconds;
    }

    // Items a millisecond without leaving: the mean run is a quantum while nothing comes and what its predecessor left
    // of the deadline when something does.
    static double MixedRate(CostModel cost, int bucket, TimeSpan quantum, TimeSpan budget, double perMs)
    {
        var full = quantum.TotalMilliseconds;
        var shortest = cost.PredictHigh(bucket, 1).TotalMilliseconds;
        var run = full;
        for (var i = 0; i < 30; i++)
        {
            var quiet = Math.Exp(-perMs * run);
            var sinceArrival = perMs * run < 1e-6 ? run / 2 : (1 / perMs) - (run * quiet / (1 - quiet));
            var next = (quiet * full)
                + ((1 - quiet) * Math.Min(full, budget.TotalMilliseconds - run + sinceArrival));
            run = (0.5 * run) + (0.5 * Math.Max(next, shortest));
        }

        return Math.Max(1, cost.Largest(bucket, TimeSpan.FromMilliseconds(run))) / run;
    }
}
