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
}

/// <summary>Groups that wait for their next run, soonest first. Not safe for concurrent use.</summary>
sealed class RetryShelf
{
    readonly List<RetryGroup> _groups = [];

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

    public RetryGroup? TryTake(TimeSpan now)
    {
        if (_groups.Count == 0 || _groups[0].Due > now)
            return null;

        var group = _groups[0];
        _groups.RemoveAt(0);
        Items -= group.Count;
        return group;
    }

    /// <summary>The worker is stopping: nothing waits any more.</summary>
    public void Hurry()
    {
        for (var i = 0; i < _groups.Count; i++)
            _groups[i] = _groups[i] with { Due = TimeSpan.Zero };
    }
}
