namespace SkillAi.Queue.Bench.Duel.Rivals;

/// <summary>The common batch consumer: one local queue, fed from both lanes up to the prefetch, priority first; a batch
/// of exactly so many, or what is there when the oldest waited long enough. What is in the queue is not overtaken.</summary>
sealed class FixedShared(int size, double timeout, int prefetch)
    : Contestant($"fixed, shared queue, {size} or {timeout:0} ms")
{
    readonly LinkedList<(bool IsUrgent, double Since, int Items)> _queue = [];
    int _urgent, _bulk;

    public override Choice Choose(SimulatedWorker worker)
    {
        Refill(worker);
        if (_queue.First is not { } first)
            return Choice.Wait();

        var due = first.Value.Since + timeout;
        if (_urgent + _bulk < size && worker.Now < due - 1e-9)
            return Choice.Wait(due);

        int urgent = 0, bulk = 0;
        while (urgent + bulk < size && _queue.First is { } head)
        {
            _queue.RemoveFirst();
            var take = Math.Min(head.Value.Items, size - urgent - bulk);
            if (head.Value.IsUrgent)
                urgent += take;
            else
                bulk += take;
            if (take < head.Value.Items)
                _queue.AddFirst(head.Value with { Items = head.Value.Items - take });
        }

        _urgent -= urgent;
        _bulk -= bulk;
        return Choice.Run(urgent, bulk);
    }

    void Refill(SimulatedWorker worker)
    {
        for (; _urgent + _bulk < prefetch && _urgent < worker.Urgent.Count; _urgent++)
            _queue.AddLast((true, worker.Now, 1));

        var items = Math.Min(prefetch - _urgent - _bulk, worker.Bulk - _bulk);
        if (items > 0)
            _queue.AddLast((false, worker.Now, items));
        _bulk += Math.Max(items, 0);
    }
}
