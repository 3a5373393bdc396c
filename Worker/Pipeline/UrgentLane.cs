using SkillAi.Queue.Worker.Batching;

namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>Waiting priority items, earliest deadline first; those without a deadline of their own stand where the
/// lane's latency target puts them. Once that has passed they are late whatever is done, and step back behind those
/// that can still be in time: not for ever, but as if due <see cref="Grace"/> later. Not safe for concurrent use.</summary>
sealed class UrgentLane
{
    // More than a run and the next hold: what stands further back cannot change the decision.
    const int MaxView = 1024;

    /// <summary>Long beside any deadline of this lane, so that a late item stands behind all of those; a bound on how
    /// long they can keep it waiting.</summary>
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    readonly List<Entry> _entries = [];
    UrgentItem[] _view = new UrgentItem[64];
    int _head;

    public int Count => _entries.Count - _head;

    /// <summary>Where an item stands that was in a failed run: a late one has stepped back, as if it had stayed.</summary>
    public static TimeSpan StandsAt(Part part, TimeSpan now) =>
        part.IsHard || part.Due > now ? part.Due : part.Due + Grace;

    /// <summary>When the first item is due; null when none waits.</summary>
    public TimeSpan? FirstDue(TimeSpan now)
    {
        StepBack(now);
        return Count > 0 ? _entries[_head].Due : null;
    }

    public void Add(ItemRef item, TimeSpan due, int bucket) => Insert(new(item, due, bucket, IsLate: false));

    public ReadOnlySpan<UrgentItem> View(TimeSpan now)
    {
        StepBack(now);
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

    void StepBack(TimeSpan now)
    {
        var at = _head;
        while (at < _entries.Count && _entries[at] is var entry && entry.Due <= now)
        {
            if (entry.IsLate || entry.Item.Part.IsHard)
            {
                at++;
                continue;
            }

            _entries.RemoveAt(at);
            Insert(entry with { Due = entry.Due + Grace, IsLate = true });
        }
    }

    void Insert(in Entry entry)
    {
        // Deadlines mostly come in order, so the place is looked for from the end.
        var place = _entries.Count;
        while (place > _head && _entries[place - 1].Due > entry.Due)
            place--;

        _entries.Insert(place, entry);
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

    readonly record struct Entry(ItemRef Item, TimeSpan Due, int Bucket, bool IsLate);
}
