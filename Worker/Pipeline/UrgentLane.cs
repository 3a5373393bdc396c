using SkillAi.Queue.Worker.Batching;

namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>Waiting priority items, earliest deadline first; those without a deadline of their own stand where the
/// lane's latency target puts them. Not safe for concurrent use.</summary>
sealed class UrgentLane
{
    // More than a run and the next hold: what stands further back cannot change the decision.
    const int MaxView = 1024;

    readonly List<Entry> _entries = [];
    UrgentItem[] _view = new UrgentItem[64];
    int _head;

    public int Count => _entries.Count - _head;

    public TimeSpan? Earliest => Count > 0 ? _entries[_head].Due : null;

    public void Add(ItemRef item, TimeSpan due, int bucket)
    {
        // Deadlines mostly come in order, so the place is looked for from the end.
        var place = _entries.Count;
        while (place > _head && _entries[place - 1].Due > due)
            place--;

        _entries.Insert(place, new(item, due, bucket));
    }

    public ReadOnlySpan<UrgentItem> View(TimeSpan now)
    {
        var count = Math.Min(Count, MaxView);
        if (_view.Length < count)
            _view = new UrgentItem[MaxView];

        for (var i = 0; i < count; i++)
        {
            var entry = _entries[_head + i];
            _view[i] = new(entry.Due - now, entry.Bucket, entry.Item.Part.IsHard);
        }

        return _view.AsSpan(0, count);
    }

    /// <summary>The first item, if it is no longer than <paramref name="longest"/>.</summary>
    public bool TryTake(int longest, out ItemRef item)
    {
        if (Count == 0 || _entries[_head].Bucket > longest)
        {
            item = default;
            return false;
        }

        item = _entries[_head++].Item;
        Trim();
        return true;
    }

    public void RemoveAll(Predicate<ItemRef> match)
    {
        _entries.RemoveRange(0, _head);
        _head = 0;
        _entries.RemoveAll(entry => match(entry.Item));
    }

    // What was taken stays in the list until it is most of it: removing heads one by one would move the rest each time.
    void Trim()
    {
        var isMostlyTaken = _head >= 256 && _head >= _entries.Count / 2;
        if (!isMostlyTaken && Count > 0)
            return;

        _entries.RemoveRange(0, _head);
        _head = 0;
    }

    readonly record struct Entry(ItemRef Item, TimeSpan Due, int Bucket);
}
