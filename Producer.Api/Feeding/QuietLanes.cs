using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Feeding;

/// <summary>Decides which unfinished requests count as lost: those older than <paramref name="patience"/>, in a lane
/// whose queue was empty at two looks in a row, and each no sooner than twice as long after the time before. The
/// shell looks four times in that time. Where chunks stand on the retry ladder, the queue must have been empty for as
/// long as the ladder takes: the requests may be on it.</summary>
sealed class QuietLanes(TimeSpan patience)
{
    readonly Dictionary<(string Model, Lane Lane), int> _emptyLooks = [];
    readonly Dictionary<string, (DateTimeOffset At, TimeSpan Wait)> _published = [];

    /// <summary>Whether chunks stood aside, of whatever lane, at the last look.</summary>
    public bool AnyAside { get; set; }

    public bool Any => _emptyLooks.Values.Any(looks => looks >= LooksNeeded);

    int LooksNeeded => AnyAside ? 2 + (int)Math.Ceiling(RetryRungs.Whole / (patience / 4)) : 2;

    public void Look((string Model, Lane Lane) lane, bool isEmpty) =>
        _emptyLooks[lane] = isEmpty ? _emptyLooks.GetValueOrDefault(lane) + 1 : 0;

    /// <summary>Nobody can tell what was empty.</summary>
    public void Clear() => _emptyLooks.Clear();

    /// <summary>Forgets what would have been due again long ago: it has ended.</summary>
    public void Prune(DateTimeOffset now)
    {
        foreach (var (id, before) in _published.ToArray())
        {
            if (now - before.At > 2 * before.Wait)
                _published.Remove(id);
        }
    }

    /// <summary>Notes it as published when it is due.</summary>
    public bool IsDue(RequestRecord request, DateTimeOffset now)
    {
        if (_emptyLooks.GetValueOrDefault((request.Model, request.Lane)) < LooksNeeded || now - request.CreatedAt < patience)
            return false;

        if (_published.TryGetValue(request.Id, out var before) && now - before.At < before.Wait)
            return false;

        _published[request.Id] = (now, 2 * (before.Wait == default ? patience : before.Wait));
        return true;
    }
}
