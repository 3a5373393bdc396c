using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using SkillAi.Queue.Transport.Redis;
using SkillAi.Queue.Worker.Failures;
using SkillAi.Queue.Worker.Telemetry;

namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>Stores the results of complete chunks of one lane, and only then lets the broker forget them. While the
/// store is away it keeps trying: an outage costs time, never an item.</summary>
sealed class Completion(
    ResultStore store, WorkerClock clock, WorkerMetrics metrics, GivenUpSummary givenUp, ILogger log)
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
        var burial = new Burial(store, metrics, givenUp);
        var jobs = new List<ChunkResult>();
        var requests = new List<RequestResult>();
        var replays = new List<ReplayResult>();
        foreach (var chunk in chunks)
        {
            chunk.ExpireLate(clock.Now);
            DeadLetterWriter.Write(chunk, clock.UtcNow, burial.Letters);
            if (chunk.Chunk.Replay is not null)
                replays.Add(writer.WriteReplay(chunk));
            else if (chunk.Chunk.Job is not null)
                jobs.Add(writer.WriteJob(chunk));
            else
                requests.AddRange(chunk.Parts.Select(part => writer.WriteRequest(chunk, part)));
        }

        var written = clock.Now;
        await UntilDoneAsync(burial.BuryAsync, giveUp);
        await Task.WhenAll(
            CommitAsync(jobs, async results => burial.Judge(results, await store.CommitJobs(results)), burial, giveUp),
            CommitAsync(requests, async results => burial.Judge(results, await store.CommitRequests(results)), burial, giveUp),
            CommitAsync(replays, async results =>
            {
                await store.StoreReplays(results);
                burial.Judge(results);
            }, burial, giveUp));
        await UntilDoneAsync(burial.TakeBackAsync, giveUp);

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

    Task CommitAsync<T>(IReadOnlyList<T> results, Func<IReadOnlyList<T>, Task> commit, Burial burial, CancellationToken giveUp)
    {
        if (results.Count == 0)
            return Task.CompletedTask;

        var isRepeat = false;
        return UntilDoneAsync(async () =>
        {
            if (isRepeat)
                await burial.BuryAsync();

            isRepeat = true;
            await commit(results);
        }, giveUp);
    }

    // The other of the two places where anything may fail. Nothing that a store throws may cost an item.
    [SuppressMessage("Design", "CA1031", Justification = "See above.")]
    async Task UntilDoneAsync(Func<Task> store, CancellationToken giveUp)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                // A store that hangs is not waited for when the time to stop is over.
                await store().WaitAsync(giveUp);
                return;
            }
            catch (Exception failed)
            {
                giveUp.ThrowIfCancellationRequested();
                log.StoreFailed(pause, failed.Message);
            }

            await Task.Delay(pause, clock.Time, giveUp);
        }
    }
}
