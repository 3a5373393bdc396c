using SkillAi.Queue.Worker.Batching;

namespace SkillAi.Queue.Worker.Models;

/// <summary>Finds out at warm-up whether a run can be terminated, and how long that takes: on a processor one node of
/// the graph, on other devices possibly everything that is queued already, which helps nobody.</summary>
sealed class TerminateProbe(TimeProvider time, TimeSpan target)
{
    /// <summary>Part of the latency target that terminating may take, to be worth it.</summary>
    const double InTime = 0.1;

    /// <param name="longest">Expected time of a run of <paramref name="items"/>.</param>
    /// <param name="isForced">Whether to use it however long it takes, as long as it ends a run at all.</param>
    public Exit Find(IModel model, RunBatch batch, int length, int items, TimeSpan longest, bool isForced)
    {
        // No run outlasts a deadline by itself: nothing is ever oversized.
        if (longest < target / 2)
            return default;

        var durations = new TimeSpan[ProbeTimes.Probes];
        for (var probe = 0; probe < durations.Length; probe++)
        {
            if (Terminate(model, batch, length, items, longest / 4) is not { } duration)
                return default;

            durations[probe] = duration;
        }

        var usual = ProbeTimes.Usual(durations);
        // The next run after a terminated one must work.
        WarmUp.RunOnce(model, batch, length, 1);
        return isForced || usual <= target * InTime ? new(WayOut.Terminate, usual, StreamShare: 0) : default;
    }

    /// <returns>From the order until the device was free; null when the run ended by itself.</returns>
    TimeSpan? Terminate(IModel model, RunBatch batch, int length, int items, TimeSpan after)
    {
        var ordered = 0L;
        using var terminate = new CancellationTokenSource();
        using var due = new CancellationTokenSource(after, time);

        // Disposed first, and that waits for an order which is being given: a run may end by itself just then.
        using var order = due.Token.Register(Order);
        try
        {
            WarmUp.RunOnce(model, batch, length, items, terminate.Token);
            return null;
        }
        catch (ModelRunException failed) when (failed.Failure == RunFailure.Terminated)
        {
            return time.GetElapsedTime(Volatile.Read(ref ordered));
        }

        void Order()
        {
            Volatile.Write(ref ordered, time.GetTimestamp());
            terminate.Cancel();
        }
    }
}
