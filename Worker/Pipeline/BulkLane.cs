using SkillAi.Queue.Worker.Batching;

namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>Waiting bulk items, first in first out within each length bucket. Not safe for concurrent use.</summary>
sealed class BulkLane
{
    readonly Queue<ItemRef>[] _fresh;
    readonly Queue<ItemRef>[] _returned;
    readonly BulkBucket[] _view;

    public BulkLane(int buckets)
    {
        _fresh = [.. Enumerable.Range(0, buckets).Select(_ => new Queue<ItemRef>())];
        _returned = [.. Enumerable.Range(0, buckets).Select(_ => new Queue<ItemRef>())];
        _view = new BulkBucket[buckets];
    }

    public int Count { get; private set; }

    public void Add(ItemRef item, int bucket)
    {
        _fresh[bucket].Enqueue(item);
        Count++;
    }

    /// <summary>Puts an item back in front of all that never left.</summary>
    public void Return(ItemRef item, int bucket)
    {
        _returned[bucket].Enqueue(item);
        Count++;
    }

    public ReadOnlySpan<BulkBucket> View(TimeSpan now)
    {
        for (var bucket = 0; bucket < _view.Length; bucket++)
        {
            var waiting = _fresh[bucket].Count + _returned[bucket].Count;
            _view[bucket] = new(waiting, waiting == 0 ? default : now - Oldest(bucket).Chunk.Received);
        }

        return _view;
    }

    /// <summary>The oldest item of the bucket nearest to <paramref name="longest"/>, from above to below.</summary>
    public bool TryTake(int longest, out ItemRef item)
    {
        for (var bucket = longest; bucket >= 0; bucket--)
        {
            if (_returned[bucket].TryDequeue(out item) || _fresh[bucket].TryDequeue(out item))
            {
                Count--;
                return true;
            }
        }

        item = default;
        return false;
    }

    public void RemoveAll(Predicate<ItemRef> match)
    {
        Count = 0;
        foreach (var queue in _fresh.Concat(_returned))
        {
            for (var left = queue.Count; left > 0; left--)
            {
                var item = queue.Dequeue();
                if (!match(item))
                    queue.Enqueue(item);
            }

            Count += queue.Count;
        }
    }

    ItemRef Oldest(int bucket) => _returned[bucket].TryPeek(out var returned) ? returned : _fresh[bucket].Peek();
}
