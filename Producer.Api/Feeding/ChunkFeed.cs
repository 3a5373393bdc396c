using SkillAi.Queue.Contracts;
using SkillAi.Queue.Producer.Jobs;
using SkillAi.Queue.Transport.Blobs;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Feeding;

/// <summary>Moves one chunk from the spool to the broker, as it rests there.</summary>
sealed class ChunkFeed(IBlobStore blobs, IChunkPublisher publisher)
{
    /// <exception cref="SpoolLostException">The chunk is not in the spool.</exception>
    public async Task PublishAsync(JobRecord job, FeedChunk chunk, CancellationToken cancellationToken)
    {
        var body = await blobs.FindAsync(job.Id, SpoolWriter.BlobName(chunk.Index), cancellationToken)
            ?? throw new SpoolLostException();
        await publisher.PublishAsync(
            new Chunk
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
                Traceparent = job.Traceparent,
                Job = job.Id,
                Index = chunk.Index,
                First = chunk.First,
            },
            cancellationToken);
    }
}

/// <summary>The job ended and was cleaned up meanwhile, or its spool was removed by somebody else.</summary>
sealed class SpoolLostException() : Exception("The chunk is not in the spool.");
