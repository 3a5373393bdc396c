namespace SkillAi.Queue.Bench.Duel.Rivals;

/// <summary>Two lanes, priority strictly first, a fixed size and timeout each, never mixed.</summary>
sealed class FixedTwoLane(int urgentSize, double urgentTimeout, int bulkSize)
    : Contestant($"fixed, two lanes, {urgentSize} or {urgentTimeout:0} ms, bulk {bulkSize}")
{
    const double BulkTimeout = 100;

    public override Choice Choose(SimulatedWorker worker)
    {
        var due = double.PositiveInfinity;
        if (worker.Urgent.Count > 0)
        {
            due = worker.Urgent.Min(request => request.Arrived) + urgentTimeout;
            if (worker.Urgent.Count >= urgentSize || worker.Now >= due - 1e-9)
                return Choice.Run(Math.Min(urgentSize, worker.Urgent.Count), 0);
        }

        if (worker.Bulk >= bulkSize)
            return Choice.Run(0, bulkSize);

        if (worker.Bulk > 0 && worker.Now >= worker.OldestBulk + BulkTimeout)
            return Choice.Run(0, worker.Bulk);

        return Choice.Wait(worker.Bulk > 0 ? Math.Min(due, worker.OldestBulk + BulkTimeout) : due);
    }
}
