using System.Diagnostics;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Producer.Jobs;
using SkillAi.Queue.Transport.Blobs;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Transport.Redis;
using SkillAi.Queue.Transport.Tracing;

namespace SkillAi.Queue.Producer.Feeding;

/// <summary>Moves chunks from the spool to the broker, as they rest there. They are read side by side, but handed to
/// the broker in the order in which they were given here: the queue's order is what makes the feeder's fair choice
/// last, and what lets a job's results grow from the front.</summary>
sealed class ChunkFeed(IBlobStore blobs, IChunkPublisher publisher)
{
    /// <param name="turn">Passed on when the chunk is in the publisher's hands, confirmed or not.</param>
    /// <exception cref="SpoolLostException">The chunk is not in the spool.</exception>
    public async Task PublishAsync(JobRecord job, FeedChunk chunk, Turn turn, CancellationToken cancellationToken)
    {
        using var span = Traces.Start("publish", ActivityKind.Producer, job.Traceparent);
        Task confirmed;
        try
        {
            var body = await blobs.FindAsync(job.Id, UploadStore.BlobName(chunk.Index), cancellationToken)
                ?? throw new SpoolLostException();
            await turn.ComesAsync();
            confirmed = publisher.PublishAsync(
                Create(job, chunk, body, span?.Id ?? job.Traceparent), cancellationToken);
        }
        finally
        {
            turn.Pass();
        }

        await confirmed;
    }

    static Chunk Create(JobRecord job, FeedChunk chunk, byte[] body, string? traceparent) => new()
    {
        Model = job.Model,
        Version = job.Version,
        Lane = Lane.Bulk,
        Body = body,
        IsGzip = true,
        Items = chunk.Items,
        EnqueuedAt = job.CreatedAt,
        Deadline = job.DeadlineAt,
        Tenant = job.Tenant,
        Traceparent = traceparent,
        Job = job.Id,
        Index = chunk.Index,
        First = chunk.First,
    };
}

/// <summary>A place in a line: it comes when everybody before has passed.</summary>
sealed class Turn(Turn? before)
{
    readonly TaskCompletionSource _passed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Cut off when it has come, so that the line does not grow into a chain of all that ever stood in it.
    Turn? _before = before;

    public async Task ComesAsync()
    {
        if (_before is { } before)
            await before.IsPassedAsync();
    }

    public void Pass() => _ = PassAsync();

    async Task PassAsync()
    {
        // One that gives up early still keeps its place for those behind it.
        await ComesAsync();
        _before = null;
        _passed.TrySetResult();
    }

    Task IsPassedAsync() => _passed.Task;
}

/// <summary>The job ended and was cleaned up meanwhile, or its spool was removed by somebody else.</summary>
sealed class SpoolLostException() : Exception("The chunk is not in the spool.");
