using SkillAi.Queue.Worker.Batching;

namespace SkillAi.Queue.Worker.Pipeline;

/// <content>Ways past a long run: terminating it, and running priority items beside it.</content>
sealed partial class ModelLanes
{
    /// <summary>The warm-up found how a run can be left.</summary>
    public void LeaveBy(BatchPolicy policy, Exit exit)
    {
        lock (_gate)
            policy.Exit = exit;
    }

    /// <summary>When the run that a device is in is to be terminated for what waits: see
    /// <see cref="BatchPolicy.TerminatesIn"/>.</summary>
    public TimeSpan TerminatesIn(BatchPolicy policy, in RunUnderway run)
    {
        lock (_gate)
        {
            var now = clock.Now;
            return policy.TerminatesIn(now, buffer.ViewUrgent(now), run);
        }
    }

    /// <summary>The run was terminated: its items stand in front again. That counts as no failure of theirs.</summary>
    public void Terminated(BatchPolicy policy, ClosedRun run)
    {
        lock (_gate)
        {
            policy.Terminated();
            buffer.Return(run);
        }
    }

    /// <summary>Closes a bulk run while the second stream is busy: one that can itself be left, or none.</summary>
    /// <returns>When the run is empty, the time after which, without an arrival, to ask again.</returns>
    public TimeSpan CloseLong(ModelOnDevice device, in ModelTurn turn, ClosedRun run)
    {
        lock (_gate)
        {
            var now = clock.Now;
            if (buffer.Retries.NextDue <= now)
                return TimeSpan.MaxValue;

            var bulkOnly = buffer.View(now, turn, bulk.MayGrow, _isDraining) with { Urgent = [] };
            var decision = device.Policy.Decide(now, bulkOnly);
            if (!decision.IsOversized)
                return TimeSpan.MaxValue;

            buffer.Fill(run, decision, now);
            return TimeSpan.Zero;
        }
    }

    /// <summary>Closes a run of priority items on the second stream.</summary>
    /// <param name="first">The run on the first.</param>
    /// <returns>When the run is empty, the time after which, without an arrival, to ask again.</returns>
    public TimeSpan CloseBeside(BatchPolicy policy, in RunUnderway first, ClosedRun run)
    {
        lock (_gate)
        {
            var now = clock.Now;
            var decision = policy.DecideBeside(now, buffer.ViewUrgent(now), first);
            buffer.Fill(run, decision, now);
            return decision.Items > 0 ? TimeSpan.Zero : Waiting(decision);
        }
    }

    /// <summary>The device's memory did not hold a run beside another: its items stand in front again, and there is no
    /// second stream any more.</summary>
    public void DidNotFitBeside(BatchPolicy policy, ClosedRun run)
    {
        lock (_gate)
        {
            policy.LosesStream();
            buffer.Return(run);
        }
    }
}
