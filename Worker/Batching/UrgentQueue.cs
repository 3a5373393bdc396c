namespace SkillAi.Queue.Worker.Batching;

/// <summary>
/// Questions about the priority lane, earliest deadline first. Items that cannot be answered in time even alone are
/// certain misses. Beyond those, heads are shed only when the queue cannot be served in this run plus the next, and
/// then the fewest that let all the rest fit one run: without it, earliest deadline first under overload serves every
/// item just too late. Shedding is judged by expected times, since a shed item is a certain miss.
/// </summary>
readonly ref struct UrgentQueue(
    ReadOnlySpan<UrgentItem> items, CostModel cost, TimeSpan output, int mostItems)
{
    readonly ReadOnlySpan<UrgentItem> _items = items;

    /// <summary>Longest of the first <paramref name="count"/> items from <paramref name="start"/>.</summary>
    public int Bucket(int start, int count)
    {
        var bucket = 0;
        foreach (var item in _items.Slice(start, count))
            bucket = Math.Max(bucket, item.Bucket);
        return bucket;
    }

    /// <summary>The hard items at the head that even a run of their own would answer late.</summary>
    public int Hopeless()
    {
        var count = 0;
        while (count < _items.Length && _items[count].IsHard && IsLost(_items[count]))
            count++;
        return count;
    }

    /// <summary>Left until the end of a run that serves the first item which can still be served in time; null when
    /// there is none. Lost soft items ride along and limit nothing.</summary>
    public TimeSpan? TimeLeft(int start)
    {
        for (var i = start; i < _items.Length; i++)
        {
            if (!IsLost(_items[i]))
                return _items[i].Slack - output;
        }

        return null;
    }

    /// <summary>Whether the rest would be late too, were the first <paramref name="fit"/> served now.</summary>
    public bool RestIsLate(int start, int fit)
    {
        var next = start + fit;
        if (next >= _items.Length)
            return false;

        var bucket = Bucket(start, _items.Length - start);
        var rest = Math.Min(_items.Length - next, mostItems);
        return cost.Predict(bucket, fit) + cost.Predict(bucket, rest) > _items[next].Slack - output;
    }

    /// <summary>The first head from <paramref name="start"/> that a run of all from it on still serves in time.</summary>
    public int FewestShed(int start)
    {
        var bucket = Bucket(start, _items.Length - start);
        var head = start;
        while (head < _items.Length - 1 && _items[head].IsHard
            && ExpectedFit(bucket, head) < Math.Min(_items.Length - head, mostItems))
        {
            head++;
        }

        return head;
    }

    /// <summary>How many items from <paramref name="head"/> on are expected to be served in time in one run.</summary>
    public int ExpectedFit(int bucket, int head) => cost.LargestExpected(bucket, _items[head].Slack - output);

    bool IsLost(in UrgentItem item) => cost.Predict(item.Bucket, 1) > item.Slack - output;
}
