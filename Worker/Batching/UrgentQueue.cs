namespace SkillAi.Queue.Worker.Batching;

/// <summary>
/// Questions about the priority lane, earliest deadline first. Items that cannot be answered in time even alone are
/// certain misses. Beyond those, heads are shed only when the queue cannot be served in this run plus the next, and
/// then the fewest that let all the rest fit one run: without it, earliest deadline first under overload serves every
/// item just too late. Shedding is judged by expected times, since a shed item is a certain miss.
/// </summary>
/// <param name="output">From the end of a run until its answers have left.</param>
/// <param name="bulkPart">Part of each run that is kept for bulk.</param>
readonly ref struct UrgentQueue(
    ReadOnlySpan<UrgentItem> items, CostModel cost, RunFill fill, TimeSpan output, double bulkPart)
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

    /// <summary>How many items from <paramref name="start"/> on one run holds within the limit, at least one. A longer
    /// item pads all before it, so the run may end there.</summary>
    public int Fit(int start, TimeSpan limit)
    {
        var bucket = _items[start].Bucket;
        var room = Places(fill.Room(bucket, limit));
        var fit = 1;
        for (; start + fit < _items.Length; fit++)
        {
            if (_items[start + fit].Bucket > bucket)
            {
                bucket = _items[start + fit].Bucket;
                room = Places(fill.Room(bucket, limit));
            }

            if (fit >= room)
                break;
        }

        return fit;
    }

    /// <summary>Whether the rest would be late too, were the first <paramref name="fit"/> served now.</summary>
    public bool RestIsLate(int start, int fit)
    {
        var next = start + fit;
        if (next >= _items.Length)
            return false;

        var bucket = Bucket(start, _items.Length - start);
        var rest = Math.Min(_items.Length - next, fill.MaxItems(bucket));
        return cost.PredictHigh(bucket, fit) + cost.PredictHigh(bucket, rest) > _items[next].Slack - output;
    }

    /// <summary>The first head from <paramref name="start"/> that a run of all from it on still serves in time. Later
    /// heads leave more time and fewer items, so it is found by halving.</summary>
    public int FewestShed(int start)
    {
        var bucket = Bucket(start, _items.Length - start);
        var low = start;
        var high = start;
        while (high < _items.Length - 1 && _items[high].IsHard)
            high++;
        while (low < high)
        {
            var head = (low + high) / 2;
            if (ExpectedFit(bucket, head) >= Math.Min(_items.Length - head, fill.MaxItems(bucket)))
                high = head;
            else
                low = head + 1;
        }

        return low;
    }

    /// <summary>How many items from <paramref name="head"/> on are expected to be served in time in one run.</summary>
    public int ExpectedFit(int bucket, int head) =>
        Places(fill.ExpectedRoom(bucket, _items[head].Slack - output));

    /// <summary>Rows of a run that bulk keeps.</summary>
    public int KeptForBulk(int room) => bulkPart > 0 && room > 1 ? Math.Max(1, (int)(bulkPart * room)) : 0;

    int Places(int room) => room - KeptForBulk(room);

    bool IsLost(in UrgentItem item) => cost.Predict(item.Bucket, 1) > item.Slack - output;
}
