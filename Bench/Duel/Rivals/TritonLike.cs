namespace SkillAi.Queue.Bench.Duel.Rivals;

/// <summary>One queue with priority levels, walked from the highest: batches mix levels up to the largest preferred
/// size; a partial batch goes after a delay; optionally a request that waited too long is rejected.</summary>
sealed class TritonLike(int size, double delay = 5, double reject = double.PositiveInfinity)
    : Contestant($"Triton-like, {size}" + (double.IsFinite(reject) ? $", rejects after {reject:0} ms" : ""))
{
    public override Choice Choose(SimulatedWorker worker)
    {
        while (worker.Urgent.Count > 0 && worker.Now - worker.Urgent[0].Arrived > reject)
            worker.Shed(0);

        var urgent = Math.Min(size, worker.Urgent.Count);
        var bulk = Math.Min(size - urgent, worker.Bulk);
        if (urgent + bulk == 0)
            return Choice.Wait();

        if (urgent + bulk >= size)
            return Choice.Run(urgent, bulk);

        var oldest = urgent > 0 ? worker.Urgent.Min(request => request.Arrived) : double.PositiveInfinity;
        if (bulk > 0)
            oldest = Math.Min(oldest, worker.OldestBulk);
        return worker.Now >= oldest + delay - 1e-9 ? Choice.Run(urgent, bulk) : Choice.Wait(oldest + delay);
    }
}
