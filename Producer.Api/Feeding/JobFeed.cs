using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Feeding;

/// <summary>A chunk that is to be published.</summary>
readonly record struct FeedChunk(int Index, long First, int Items);

/// <summary>How far one job is fed. Chunks are handed out in order; those that could not be published are handed out
/// again first. The cursor follows the contiguous prefix that the broker has confirmed.</summary>
sealed class JobFeed
{
    readonly Queue<FeedChunk> _again = new();
    readonly HashSet<int> _confirmedAhead = [];
    readonly HashSet<int> _done;
    long[] _starts = [];
    int _next;

    /// <param name="done">Chunks that need no feeding although they are past the cursor.</param>
    public JobFeed(JobSnapshot job, int cursor, HashSet<int> done)
    {
        (Job, _next, Confirmed, Advanced, _done) = (job, cursor, cursor, cursor, done);
    }

    public JobSnapshot Job { get; private set; }

    public string Id => Job.Record.Id;

    /// <summary>All chunks before it are in the broker, or answered.</summary>
    public int Confirmed { get; private set; }

    /// <summary>The cursor as it stands in the store.</summary>
    public int Advanced { get; set; }

    /// <summary>Items that were handed out, or needed not to be.</summary>
    public long Fed { get; private set; }

    /// <summary>Items that wait in the spool.</summary>
    public long NotFed => Math.Max(0, Job.Received - Fed);

    /// <summary>Items that are on their way to the broker, in it, or with a worker.</summary>
    public long InFlight => Math.Max(0, Fed - Job.Answered);

    public bool HasWork => !Job.IsPaused && (_again.Count > 0 || _next < Known);

    /// <summary>Whether the job has chunks whose place is not known here yet, and they are next.</summary>
    public bool LacksStarts => Known < Job.Chunks && _next >= Known;

    /// <summary>Chunks whose beginning and end are known. Places may have been read before or after the rest: of the
    /// last one read the end is known only if it was the job's last one then.</summary>
    int Known => _starts.Length >= Job.Chunks ? Job.Chunks : Math.Max(0, _starts.Length - 1);

    /// <summary>Takes over what the store says now, and the places of its chunks if they were read.</summary>
    public void Update(JobSnapshot job, long[]? starts)
    {
        Job = job;
        if (starts is not null)
        {
            var isFirst = _starts.Length == 0;
            _starts = starts;
            if (isFirst)
                Fed = starts.Length > 0 && _next > 0 ? End(_next - 1) : 0;
        }

        SkipDone();
    }

    /// <summary>Items of the chunk that <see cref="Take"/> would hand out.</summary>
    public int PeekItems() => (_again.TryPeek(out var again) ? again : Chunk(_next)).Items;

    public FeedChunk Take()
    {
        var chunk = _again.TryDequeue(out var again) ? again : Chunk(_next++);
        Fed += chunk.Items;
        SkipDone();
        return chunk;
    }

    public void Confirm(int chunk)
    {
        _confirmedAhead.Add(chunk);
        while (_confirmedAhead.Remove(Confirmed))
            Confirmed++;
    }

    /// <summary>It could not be published.</summary>
    public void Return(in FeedChunk chunk)
    {
        Fed -= chunk.Items;
        _again.Enqueue(chunk);
    }

    void SkipDone()
    {
        while (_next < Known && _done.Remove(_next))
        {
            Fed += Chunk(_next).Items;
            Confirm(_next++);
        }
    }

    FeedChunk Chunk(int index) => new(index, _starts[index], (int)(End(index) - _starts[index]));

    /// <summary>Where the next chunk begins; of the last one known it is what was received with it.</summary>
    long End(int index) => index + 1 < _starts.Length ? _starts[index + 1] : Job.Received;
}
