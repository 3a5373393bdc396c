using System.Collections.Concurrent;

namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>Requests and jobs that were cancelled lately. Their waiting items are not worth running; the store refuses
/// their results anyway, so forgetting one costs device time and nothing else.</summary>
sealed class Cancellations
{
    const int Kept = 10_000;

    readonly ConcurrentDictionary<string, bool> _ids = new();
    readonly ConcurrentQueue<string> _order = new();

    /// <summary>Marks the work of a request or job as not worth running. Returns at once.</summary>
    public void Cancel(string id)
    {
        if (!_ids.TryAdd(id, true))
            return;

        _order.Enqueue(id);
        while (_order.Count > Kept && _order.TryDequeue(out var oldest))
            _ids.TryRemove(oldest, out _);
    }

    public bool Contains(string id) => !_ids.IsEmpty && _ids.ContainsKey(id);
}
