namespace SkillAi.Queue.Bench.Duel.Rivals;

/// <summary>Priority strictly first; each lane's largest batch grows by one while batches stay within the objective
/// and shrinks to nine tenths when one does not (AIMD).</summary>
sealed class ClipperLike(double objective) : Contestant($"Clipper-like AIMD, {objective:0} ms")
{
    double _urgentSize = 1, _bulkSize = 1;

    public override Choice Choose(SimulatedWorker worker)
    {
        if (worker.Urgent.Count > 0)
            return Choice.Run(Math.Min((int)_urgentSize, worker.Urgent.Count), 0);

        return worker.Bulk > 0 ? Choice.Run(0, Math.Min((int)_bulkSize, worker.Bulk)) : Choice.Wait();
    }

    public override void Ended(SimulatedWorker worker, SimulatedRun run)
    {
        ref var size = ref run.Urgent.Length > 0 ? ref _urgentSize : ref _bulkSize;
        if (run.Duration > objective)
            size = Math.Max(1, size * 0.9);
        else if (run.Items >= (int)size)
            size = Math.Min(worker.Scenario.MaxItems, size + 1);
    }
}
