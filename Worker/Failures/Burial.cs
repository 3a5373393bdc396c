using SkillAi.Queue.Transport.Redis;
using SkillAi.Queue.Worker.Pipeline;
using SkillAi.Queue.Worker.Telemetry;

namespace SkillAi.Queue.Worker.Failures;

/// <summary>The dead letters of results that are stored together. They go first: an item whose failure is stored is never
/// delivered again, and so had no second chance of one. Only then does the store say where another outcome was there
/// before; of those items the letters are taken back unless they did fail, as when it was our own first try. What was
/// there before these were written is another's, and stays.</summary>
sealed class Burial(ResultStore store, WorkerMetrics metrics, GivenUpSummary givenUp)
{
    readonly Lock _gate = new();
    readonly HashSet<string> _new = [];
    readonly HashSet<(string Work, int Chunk)> _doubtful = [];

    public List<DeadLetter> Letters { get; } = [];

    /// <summary>May be repeated: a store that was away meanwhile may have come back without them.</summary>
    public async Task BuryAsync()
    {
        if (Letters.Count == 0)
            return;

        var outcome = await store.Bury(Letters);
        metrics.LettersDropped(outcome.Dropped);
        lock (_gate)
            _new.UnionWith(Letters.Zip(outcome.IsNew).Where(pair => pair.Second).Select(pair => pair.First.Id));
    }

    public void Judge(IReadOnlyList<ChunkResult> results, IReadOnlyList<CommitOutcome> verdicts) =>
        Doubt(results.Zip(verdicts).Where(pair => pair.Second != CommitOutcome.Stored).Select(pair => (pair.First.Job, pair.First.Index)));

    public void Judge(IReadOnlyList<RequestResult> results, IReadOnlyList<bool> areStored) =>
        Doubt(results.Zip(areStored).Where(pair => !pair.Second).Select(pair => (pair.First.Id, 0)));

    /// <summary>A replay is of a letter that is there. Where it was not, the item may have been mended.</summary>
    public void Judge(IReadOnlyList<ReplayResult> results) =>
        Doubt(results.Select(result => KeyOf(result.Job, result.Chunk, result.Request)));

    /// <summary>Once everything is stored: takes back what is stale, counts what stays. May be repeated until it succeeds.</summary>
    public async Task TakeBackAsync()
    {
        if (Letters.Count == 0)
            return;

        var written = Letters.Where(letter => _new.Contains(letter.Id)).DistinctBy(letter => letter.Id).ToList();
        var doubtful = written.FindAll(letter => _doubtful.Contains(KeyOf(letter.Job, letter.Chunk, letter.Request)));
        var stale = doubtful.Count > 0 ? await store.TakeBack(doubtful) : [];
        foreach (var letter in written.Except(stale))
        {
            metrics.Dead(letter);
            givenUp.Add(letter);
        }
    }

    void Doubt(IEnumerable<(string Work, int Chunk)> work)
    {
        // Nearly always there is nothing to doubt.
        if (Letters.Count == 0)
            return;

        lock (_gate)
            _doubtful.UnionWith(work);
    }

    static (string Work, int Chunk) KeyOf(string? job, int chunk, string? request) => job is null ? (request!, 0) : (job, chunk);
}
