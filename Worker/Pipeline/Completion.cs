using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using SkillAi.Queue.Transport.Redis;
using SkillAi.Queue.Worker.Failures;
using SkillAi.Queue.Worker.Telemetry;

namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>Stores the results of complete chunks of one lane, and only then lets the broker forget them. While the
/// store is away it keeps trying: an outage costs time, never an item.</summary>
sealed class Completion(ResultStore store, WorkerClock clock, WorkerMetrics metrics, ILogger log)
{
    const int MostChunksAtOnce = 32;
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    // Bounded by the prefetch: a chunk that waits here is on loan still.
    readonly Channel<PendingChunk> _complete = Channel.CreateUnbounded<PendingChunk>();

    public void Add(PendingChunk chunk) => _complete.Writer.TryWrite(chunk);

    /// <summary>No more chunks will come: <see cref="RunAsync"/> ends when the last one is stored.</summary>
    public void Finish() => _complete.Writer.TryComplete();

    /// <summary>One of a lane's storing tasks. Several overlap formatting with the way to the store and back.</summary>
    public async Task RunAsync(CancellationToken giveUp)
    {
        var writer = new ResultWriter(clock);
        var chunks = new List<PendingChunk>();
        while (await _complete.Reader.WaitToReadAsync(giveUp))
        {
            chunks.Clear();
            while (chunks.Count < MostChunksAtOnce && _complete.Reader.TryRead(out var chunk))
                chunks.Add(chunk);

            await StoreAsync(writer, chunks, giveUp);
        }
    }

    async Task StoreAsync(ResultWriter writer, List<PendingChunk> chunks, CancellationToken giveUp)
    {
        using var span = WorkerTraces.Commit(chunks);
        var started = clock.Now;
        var letters = new List<DeadLetter>();
        var jobs = new List<ChunkResult>();
        var requests = new List<RequestResult>();
        var replays = new List<ReplayResult>();
        foreach (var chunk in chunks)
        {
            chunk.ExpireLate(clock.Now);
            DeadLetterWriter.Write(chunk, clock.UtcNow, letters);
            if (chunk.Chunk.Replay is not null)
                replays.Add(writer.WriteReplay(chunk));
            else if (chunk.Chunk.Job is not null)
                jobs.Add(writer.WriteJob(chunk));
            else
                requests.AddRange(chunk.Parts.Select(part => writer.WriteRequest(chunk, part)));
        }

        // Letters first: an item whose failure is stored is never delivered again, and so had no second chance of one.
        var written = clock.Now;
        // And once more before every further try: a store that went away may have come back without them.
        await UntilStoredAsync(letters, BuryAsync, [], giveUp);
        await Task.WhenAll(
            UntilStoredAsync(jobs, store.CommitJobs, letters, giveUp),
            UntilStoredAsync(requests, store.CommitRequests, letters, giveUp),
            UntilStoredAsync(replays, store.StoreReplays, letters, giveUp));

        metrics.Busy(Stage.Format, written - started);
        metrics.Busy(Stage.Store, clock.Now - written);
        foreach (var chunk in chunks)
            Settle(chunk);
    }

    void Settle(PendingChunk chunk)
    {
        metrics.Answered(chunk, clock.UtcNow);
        SavedTime.Report(chunk, metrics);
        chunk.Model.Lanes.Stored(chunk);
        metrics.Acked(chunk);
        // Whatever the store said: stored now, stored before, or refused because the work was cancelled or is gone.
        chunk.Ack();
    }

    async Task BuryAsync(IReadOnlyList<DeadLetter> letters)
    {
        var outcome = await store.Bury(letters);
        foreach (var (letter, isNew) in letters.Zip(outcome.IsNew))
        {
            if (isNew)
                metrics.Dead(letter);
        }

        metrics.LettersDropped(outcome.Dropped);
    }

    // The other of the two places where anything may fail. Nothing that a store throws may cost an item.
    [SuppressMessage("Design", "CA1031", Justification = "See above.")]
    async Task UntilStoredAsync<T>(
        IReadOnlyList<T> results, Func<IReadOnlyList<T>, Task> commit, List<DeadLetter> letters,
        CancellationToken giveUp)
    {
        var pause = FirstPause;
        while (results.Count > 0)
        {
            try
            {
                // A store that hangs is not waited for when the time to stop is over.
                if (pause > FirstPause && letters.Count > 0)
                    await BuryAsync(letters).WaitAsync(giveUp);

                await commit(results).WaitAsync(giveUp);
                return;
            }
            catch (Exception failed)
            {
                giveUp.ThrowIfCancellationRequested();
                log.StoreFailed(pause, failed.Message);
            }

            await Task.Delay(pause, clock.Time, giveUp);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
        }
    }
}
