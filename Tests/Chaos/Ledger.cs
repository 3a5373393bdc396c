using System.Collections.Concurrent;

namespace SkillAi.Queue.Tests.Chaos;

/// <summary>What the service said yes to, as its callers remember it.</summary>
sealed class Ledger
{
    readonly List<(long From, long To)> _undone = [];
    long _refused;
    long _unanswered;
    long _sentAgain;
    long _foundDone;

    /// <summary>By id.</summary>
    public ConcurrentDictionary<string, Promise> Jobs { get; } = new();

    /// <summary>By id.</summary>
    public ConcurrentDictionary<string, Promise> Requests { get; } = new();

    /// <summary>Calls that were answered with no.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Calls whose answer never came: whether they were accepted nobody knows.</summary>
    public long Unanswered => Interlocked.Read(ref _unanswered);

    /// <summary>Calls without an answer that were sent again under their key.</summary>
    public long SentAgain => Interlocked.Read(ref _sentAgain);

    /// <summary>Calls that turned out to be done already when they were sent again.</summary>
    public long FoundDone => Interlocked.Read(ref _foundDone);

    public long Items => Jobs.Values.Sum(job => (long)job.Items) + Requests.Count;

    public void Refuse() => Interlocked.Increment(ref _refused);

    public void Miss() => Interlocked.Increment(ref _unanswered);

    public void SendAgain() => Interlocked.Increment(ref _sentAgain);

    public void FindDone() => Interlocked.Increment(ref _foundDone);

    /// <summary>The store was put back from the second instant to the first: what was accepted in between may be gone.</summary>
    public void Undo(long from, long to)
    {
        lock (_undone)
            _undone.Add((from, to));
    }

    public bool MayBeUndone(Promise promise) => WasUndone(promise.SentAt, promise.AcceptedAt);

    /// <summary>Whether any of the time between these timestamps was undone.</summary>
    public bool WasUndone(long from, long to)
    {
        lock (_undone)
            return _undone.Exists(span => to >= span.From && from <= span.To);
    }
}

/// <param name="Name">Of the first item, or the beginning of every item's: what the model's log calls it.</param>
/// <param name="SentAt">Timestamp of the call, the first time. It was stored between this and the answer: for a
/// caller who waits for the result, seconds before it.</param>
/// <param name="AcceptedAt">Timestamp of the answer.</param>
sealed record Promise(string Name, int Items, long SentAt, long AcceptedAt)
{
    /// <summary>Of a job that came under a key: which one, so that it can be sent again.</summary>
    public int? Number { get; init; }

    /// <summary>Of a request that the model refuses.</summary>
    public bool IsPoison { get; init; }
}
