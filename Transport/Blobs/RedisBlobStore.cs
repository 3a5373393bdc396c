using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Transport.Blobs;

/// <summary>Blobs in Redis, a hash a container. Durable as Redis is: see <c>appendfsync</c>.</summary>
public sealed class RedisBlobStore(RedisConnection redis) : IBlobStore
{
    /// <summary>From the last put on, and longer than any job lives: its longest deadline and its longest time to live.
    /// Containers are deleted by their owners; this is for what an owner forgot.</summary>
    static readonly TimeSpan LifeTime = Limits.MaxTtl + Limits.MaxTtl + TimeSpan.FromDays(1);

    public Task PutAsync(string container, string name, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        redis.WriteAsync("blob_put", async db =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            var key = Keys.Blobs(BlobNames.Checked(container));
            // In this order on one connection; a put that dies in between is repeated by its caller or given up.
            var put = db.HashSetAsync(key, BlobNames.Checked(name), bytes);
            var expire = db.KeyExpireAsync(key, LifeTime);
            await put;
            return await expire;
        });

    public Task<byte[]?> FindAsync(string container, string name, CancellationToken cancellationToken) =>
        redis.RunAsync("blob_find", async db =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            var key = Keys.Blobs(BlobNames.Checked(container));
            return (byte[]?)await db.HashGetAsync(key, BlobNames.Checked(name));
        });

    public Task DeleteAsync(string container, CancellationToken cancellationToken) =>
        redis.RunAsync("blob_delete", db =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Not DEL: a large container would hold up every other command while it is freed.
            return db.ExecuteAsync("UNLINK", Keys.Blobs(BlobNames.Checked(container)));
        });
}
