using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Producer.Feeding;

/// <summary>Decides which requests and replays count as lost: those older than <paramref name="patience"/> that nothing
/// stands before any more, and each no sooner than twice as long after the time before. Nothing does in a lane whose
/// queue was empty at two looks in a row; nor, where the queue is kept full, before what was that old already when the lane
/// began to turn over: once as much was answered as it held then, what is answered came in after it, and twice as much
/// leaves time for what was delivered last. The shell looks four times in the patience. Where chunks stand on the retry
/// ladder, all has to be so for as long as the ladder takes: what is missed may be on it.</summary>
sealed class QuietLanes(TimeSpan patience)
{
    readonly Dictionary<(string Model, Lane Lane), Seen> _lanes = [];
    readonly Dictionary<string, (DateTimeOffset At, TimeSpan Wait)> _published = [];

    /// <summary>Whether chunks stood aside, of whatever lane, at the last look.</summary>
    public bool AnyAside { get; set; }

    /// <summary>Whether it is worth looking at what is open.</summary>
    public bool Any => _lanes.Values.Any(lane => lane.EmptyLooks >= LooksNeeded || lane.TurnedOver is not null);

    int LooksNeeded => AnyAside ? 2 + (int)Math.Ceiling(RetryRungs.Whole / (patience / 4)) : 2;

    TimeSpan AgeNeeded => patience + (AnyAside ? RetryRungs.Whole : TimeSpan.Zero);

    public void Look((string Model, Lane Lane) lane, bool isEmpty, LaneItems items, DateTimeOffset now)
    {
        var seen = _lanes.GetValueOrDefault(lane) ?? new(EmptyLooks: 0, TurnedOver: null, Began: now, items);
        seen = seen with { EmptyLooks = isEmpty ? seen.EmptyLooks + 1 : 0 };
        // Another instance that fed has counted anew.
        var isOver = items.Answered - seen.Then.Answered >= 2 * seen.Then.Held;
        _lanes[lane] = isOver || items.Answered < seen.Then.Answered
            ? seen with { TurnedOver = isOver ? seen.Began : seen.TurnedOver, Began = now, Then = items }
            : seen;
    }

    /// <summary>Nobody can tell what was empty, or of lanes that hold nothing nobody needs to.</summary>
    public void KeepOnly(IEnumerable<(string Model, Lane Lane)> lanes)
    {
        foreach (var gone in _lanes.Keys.Except(lanes).ToArray())
            _lanes.Remove(gone);
    }

    /// <summary>Forgets what would have been due again long ago: it has ended.</summary>
    public void Prune(DateTimeOffset now)
    {
        foreach (var (id, before) in _published.ToArray())
        {
            if (now - before.At > 2 * before.Wait)
                _published.Remove(id);
        }
    }

    public bool IsDue(OpenWork work, DateTimeOffset now)
    {
        if (!_lanes.TryGetValue((work.Model, work.Lane), out var lane))
            return false;

        var (came, wait) = Before(work);
        var isPassed = lane.TurnedOver - came >= AgeNeeded;
        return (lane.EmptyLooks >= LooksNeeded || isPassed) && now - came >= wait;
    }

    /// <summary>It was published again.</summary>
    public void Published(OpenWork work, DateTimeOffset now) => _published[work.Id] = (now, 2 * Before(work).Wait);

    /// <summary>When it was published last, and for how long that is waited for. Of a letter that was fed again, has
    /// failed and is replayed anew, what is older than its replay says nothing.</summary>
    (DateTimeOffset At, TimeSpan Wait) Before(OpenWork work) =>
        _published.TryGetValue(work.Id, out var before) && before.At >= work.Since ? before : (work.Since, patience);

    /// <param name="TurnedOver">All that had come before has been passed.</param>
    /// <param name="Began">When the turn began that is under way.</param>
    /// <param name="Then">The lane's items at that time.</param>
    sealed record Seen(int EmptyLooks, DateTimeOffset? TurnedOver, DateTimeOffset Began, LaneItems Then);
}

/// <summary>Items of a lane: of jobs, of requests, or of both.</summary>
/// <param name="Answered">So far.</param>
/// <param name="Held">In the queue or with workers now, as far as is known: what was lost counts too.</param>
readonly record struct LaneItems(long Answered, long Held);
