using System.Collections.Concurrent;

namespace SkillAi.Queue.Tests.Chaos;

/// <summary>What the service said yes to, as its callers remember it.</summary>
sealed class Ledger
{
    readonly List<(long From, long To)> _undone = [];
    long _refused;
    long _unanswered;

    /// <summary>By id.</summary>
    public ConcurrentDictionary<string, Promise> Jobs { get; } = new();

    /// <summary>By id.</summary>
    public ConcurrentDictionary<string, Promise> Requests { get; } = new();

    /// <summary>Calls that were answered with no.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Calls whose answer never came: whether they were accepted nobody knows.</summary>
    public long Unanswered => Interlocked.Read(ref _unanswered);

    public long Items => Jobs.Values.Sum(job => (long)job.Items) + Requests.Count;

    public void Refuse() => Interlocked.Increment(ref _refused);

    public void Miss() => Interlocked.Increment(ref _unanswered);

    /// <summary>The store was put back from the second instant to the first: what was accepted in between may be gone.</summary>
    public void Undo(long from, long to)
    {
        lock (_undone)
            _undone.Add((from, to));
    }

    public bool MayBeUndone(Promise promise)
    {
        lock (_undone)
            return _undone.Exists(span => promise.AcceptedAt >= span.From && promise.SentAt <= span.To);
    }
}

/// <param name="Name">Of the first item, or the beginning of every item's: what the model's log calls it.</param>
/// <param name="SentAt">Timestamp of the call. It was stored between this and the answer: for a caller who waits for the
/// result, seconds before it.</param>
/// <param name="AcceptedAt">Timestamp of the answer.</param>
sealed record Promise(string Name, int Items, long SentAt, long AcceptedAt);
