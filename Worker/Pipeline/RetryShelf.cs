using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>Items of a failed run that stay together for their next one.</summary>
/// <param name="Successes">Successful runs of the version before these items failed first.</param>
/// <param name="Due">When, as time since the worker's start.</param>
sealed record RetryGroup(IReadOnlyList<ItemRef> Items, Lane Lane, int Bucket, int Failures, long Successes, TimeSpan Due)
{
    /// <summary>What failed together with these items: runs when they have failed again; when they have not, it is known
    /// without a run that one of these others is to blame.</summary>
    public IReadOnlyList<ItemRef> Others { get; init; } = [];

    public int Count => Items.Count + Others.Count;

    /// <summary>Where the first of its priority items would stand among fresh ones.</summary>
    public TimeSpan StandsAt(TimeSpan now)
    {
        var first = TimeSpan.MaxValue;
        foreach (var item in Items)
            first = UrgentLane.StandsAt(item.Part, now) is var place && place < first ? place : first;

        return first;
    }
}

/// <summary>Groups that wait for their next run, soonest first. They come before fresh bulk. Beside fresh priority items
/// a priority group stands by deadline, and of bulk goes one group each time that it has waited as long as bulk is made
/// to wait: traffic that never pauses must not make either wait for ever. Not safe for concurrent use.</summary>
sealed class RetryShelf
{
    readonly List<RetryGroup> _groups = [];
    TimeSpan _lastBulk;

    public int Items { get; private set; }

    public int ItemsOf(Lane lane) => _groups.Where(group => group.Lane == lane).Sum(group => group.Count);

    public TimeSpan? NextDue => _groups.Count > 0 ? _groups[0].Due : null;

    public void Add(RetryGroup group)
    {
        var place = _groups.Count;
        while (place > 0 && _groups[place - 1].Due > group.Due)
            place--;

        _groups.Insert(place, group);
        Items += group.Count;
    }

    /// <summary>The group whose turn it is, priority first.</summary>
    /// <param name="urgent">When the first of the fresh priority items is due; null when none waits.</param>
    /// <param name="patience">How long bulk lets priority pass.</param>
    public RetryGroup? TryTake(TimeSpan now, TimeSpan? urgent, TimeSpan patience) =>
        Take(now, group => group.Lane == Lane.Priority && (urgent is null || group.StandsAt(now) <= urgent))
        ?? Take(now, group => group.Lane == Lane.Bulk && (urgent is null || IsOverdue(group, now, patience)));

    /// <summary>When a group must start at the latest, as time left, for others on the device; null: none minds to wait.</summary>
    public TimeSpan? LatestStart(TimeSpan now, TimeSpan patience)
    {
        TimeSpan? first = null;
        foreach (var group in _groups.TakeWhile(group => group.Due <= now))
        {
            TimeSpan? start = group.Lane == Lane.Priority ? group.StandsAt(now) - now
                : IsOverdue(group, now, patience) ? TimeSpan.Zero
                : null;
            first = start < first || first is null ? start : first;
        }

        return first;
    }

    /// <summary>Forgets the groups all of whose items match: those that were set apart before anything of them had run.</summary>
    public void RemoveAll(Predicate<ItemRef> match)
    {
        _groups.RemoveAll(group => group.Others.Count == 0 && group.Items.All(item => match(item)));
        Items = _groups.Sum(group => group.Count);
    }

    /// <summary>The worker is stopping: nothing waits any more.</summary>
    public void Hurry()
    {
        for (var i = 0; i < _groups.Count; i++)
            _groups[i] = _groups[i] with { Due = TimeSpan.Zero };
    }

    RetryGroup? Take(TimeSpan now, Predicate<RetryGroup> match)
    {
        var index = _groups.FindIndex(group => group.Due > now || match(group));
        if (index < 0 || _groups[index].Due > now)
            return null;

        var group = _groups[index];
        _groups.RemoveAt(index);
        Items -= group.Count;
        _lastBulk = group.Lane == Lane.Bulk ? now : _lastBulk;
        return group;
    }

    bool IsOverdue(RetryGroup group, TimeSpan now, TimeSpan patience) =>
        now - group.Due >= patience && now - _lastBulk >= patience;
}
