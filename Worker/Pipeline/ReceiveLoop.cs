using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Worker.Failures;
using SkillAi.Queue.Worker.Models.Text;
using SkillAi.Queue.Worker.Telemetry;

namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>Takes one lane of one model from the broker, reads each chunk into items and puts them where the devices
/// find them. What bounds it is the prefetch: the broker lends no more while so much is unsettled.</summary>
sealed class ReceiveLoop(
    Lane lane, ModelVersions versions, IChunkSource source, PrefetchPolicy prefetch, WorkerClock clock,
    TimeSpan latencyTarget, WorkerMetrics metrics, ILogger log)
{
    readonly List<PendingChunk> _completed = [];

    public async Task RunAsync(Action<PendingChunk> complete, Action wakeDevices, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            using var subscription = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            versions.Newest.Lanes.LoansOf(lane).Prefetch = prefetch.Current;
            log.Consuming(versions.Name, lane.Name(), prefetch.Current);
            try
            {
                await foreach (var delivery in source.ReadAsync(versions.Name, lane, prefetch.Current, subscription.Token))
                {
                    Receive(delivery, complete);
                    wakeDevices();
                    if (prefetch.Received(delivery.Chunk.Items, clock.Now))
                        await subscription.CancelAsync();
                }
            }
            catch (OperationCanceledException) when (subscription.IsCancellationRequested)
            {
                // Stopping, or subscribing anew with another prefetch.
            }
        }
    }

    void Receive(Delivery delivery, Action<PendingChunk> complete)
    {
        metrics.Received(lane, delivery.IsRedelivered, clock.UtcNow);
        using var span = WorkerTraces.Receive(delivery.Chunk);
        var started = clock.Now;
        if (TryRead(delivery) is not { } chunk)
            return;

        metrics.Busy(Stage.Read, clock.Now - started);
        if (chunk.Departure is not null)
        {
            // Past the lanes: it is neither fresh work of the version that stands in for its own, nor waits for a run.
            chunk.Model.Lanes.LoansOf(lane).Took(chunk);
            complete(chunk);
            return;
        }

        _completed.Clear();
        chunk.Model.Lanes.Add(chunk, _completed);
        foreach (var done in _completed)
            complete(done);
    }

    PendingChunk? TryRead(Delivery delivery)
    {
        var chunk = delivery.Chunk;
        var model = versions.Find(chunk.Version);
        try
        {
            var parts = Parts(chunk);
            var items = ReadItems(chunk, (model ?? versions.Newest).Input);
            var pending = new PendingChunk(delivery, items, parts, model ?? versions.Newest, clock.Now, clock.UtcNow);
            // One that cannot be read no other worker can read either.
            if (model is null && !items.IsUnreadable)
                PassOn(pending, items);

            return pending;
        }
        catch (InvalidDataException broken)
        {
            // Whose items they are is not known, so that nobody can be answered.
            log.ChunkBroken(versions.Name, lane.Name(), broken.Message);
            metrics.Rejected(chunk);
            delivery.Reject();
            return null;
        }
    }

    /// <summary>Another worker may have the version, or will have it soon; after the last rung it is gone.</summary>
    void PassOn(PendingChunk pending, ChunkItems items)
    {
        var chunk = pending.Chunk;
        if (AbsentVersion.Next(versions.MayBeServed(chunk), chunk.Attempt, chunk.Deadline - clock.UtcNow) is not { } departure)
        {
            items.FailAll(ItemFault.VersionGone);
            return;
        }

        log.VersionAbsent(chunk.Model, chunk.Version);
        pending.Leave(departure);
    }

    /// <summary>A body that cannot be read costs its items, which are answered; their job must not wait for them.</summary>
    ChunkItems ReadItems(Chunk chunk, TextInput input)
    {
        try
        {
            return ChunkReader.Read(chunk, input);
        }
        catch (InvalidDataException broken) when (chunk.Items is >= 1 and <= Limits.MaxChunkItems)
        {
            log.ChunkBroken(versions.Name, lane.Name(), broken.Message);
            return ChunkItems.Unreadable(chunk.Items);
        }
    }

    Part[] Parts(Chunk chunk)
    {
        if (chunk.Job is { } job)
            return [Part(job, 0, chunk.Items, chunk.EnqueuedAt, chunk.Deadline, replyTo: null, chunk.Traceparent)];

        var parts = new Part[chunk.Segments.Count];
        var first = 0;
        for (var i = 0; i < parts.Length; i++)
        {
            var segment = chunk.Segments[i];
            parts[i] = Part(
                segment.Request, first, segment.Items, segment.EnqueuedAt, segment.Deadline, segment.ReplyTo,
                segment.Traceparent, segment.Ttl);
            first += segment.Items;
        }

        return first == chunk.Items && parts.Length > 0
            ? parts
            : throw new InvalidDataException($"Its segments hold {first} of {chunk.Items} items.");
    }

    Part Part(
        string id, int first, int items, DateTimeOffset enqueuedAt, DateTimeOffset? deadline, string? replyTo,
        string? traceparent, TimeSpan? ttl = null) =>
        new(id, first, items, enqueuedAt, clock.At(deadline ?? enqueuedAt + latencyTarget), deadline is not null, replyTo)
        {
            Traceparent = traceparent,
            Ttl = ttl ?? Limits.DefaultTtl,
        };
}
