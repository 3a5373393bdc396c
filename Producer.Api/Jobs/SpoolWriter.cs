using System.Threading.Channels;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Jobs;

/// <summary>Puts chunks into the spool, a few at a time, and counts them in order: the feeder may take a chunk as soon
/// as it and all before it are durable.</summary>
sealed class SpoolWriter
{
    /// <summary>Enough to hide a disk's or a network's delay; together with the cutter's chunk that is all the memory
    /// that an upload takes.</summary>
    const int PutsInFlight = 4;
    const int MaxGroup = 64;

    readonly string _job;
    readonly UploadStore _store;
    readonly Task _counting;

    // The one being counted is in flight too.
    readonly Channel<Put> _puts = Channel.CreateBounded<Put>(
        new BoundedChannelOptions(PutsInFlight - 1) { SingleReader = true, SingleWriter = true });

    /// <param name="first">Position of the first chunk that is going to be added.</param>
    public SpoolWriter(string job, int first, UploadStore store)
    {
        (_job, _store) = (job, store);
        _counting = CountAsync(first);
    }

    /// <exception cref="JobEndedException">The job takes no more chunks.</exception>
    public async ValueTask AddAsync(CutChunk chunk, CancellationToken cancellationToken)
    {
        var put = new Put(_store.PutAsync(_job, chunk, cancellationToken), chunk.Items);
        while (!_puts.Writer.TryWrite(put))
        {
            if (await _puts.Writer.WaitToWriteAsync(cancellationToken))
                continue;

            await put.Done.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _counting;
        }
    }

    /// <summary>Completes when everything added is durable and counted.</summary>
    public Task CompleteAsync()
    {
        _puts.Writer.TryComplete();
        return _counting;
    }

    async Task CountAsync(int at)
    {
        var items = new List<int>();
        try
        {
            while (await _puts.Reader.WaitToReadAsync(CancellationToken.None))
            {
                await TakeDurableAsync(items);
                await AppendAsync(at, items);
                at += items.Count;
                items.Clear();
            }
        }
        finally
        {
            // After a failure the writer must learn of it, and nobody else waits for the puts that are left.
            _puts.Writer.TryComplete();
            while (_puts.Reader.TryRead(out var left))
                await left.Done.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task AppendAsync(int at, List<int> items)
    {
        switch (await _store.AppendAsync(_job, at, items))
        {
            case AppendOutcome.Ended:
                throw new JobEndedException();
            case AppendOutcome.Gap:
                throw new StoreUnavailableException("The store has lost chunks that it had counted.");
            default:
                return;
        }
    }

    /// <summary>The oldest put, however long it takes, and those after it that are done by then.</summary>
    async Task TakeDurableAsync(List<int> items)
    {
        while (items.Count < MaxGroup && _puts.Reader.TryPeek(out var next) && (items.Count == 0 || next.Done.IsCompleted))
        {
            await next.Done;
            items.Add(next.Items);
            _puts.Reader.TryRead(out _);
        }
    }

    readonly record struct Put(Task Done, int Items);
}

/// <summary>The job was cancelled, failed or expired while its body still arrived.</summary>
sealed class JobEndedException() : Exception("The job has ended while its body still arrived.");
