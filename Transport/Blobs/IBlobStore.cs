namespace SkillAi.Queue.Transport.Blobs;

/// <summary>Keeps bytes by container and name: the spool of a job is one container, a chunk a blob. Safe for
/// concurrent use. A blob, once put, is durable and never changes; putting it again with the same bytes is allowed.</summary>
public interface IBlobStore
{
    Task PutAsync(string container, string name, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>The blob, or null when there is none.</summary>
    Task<byte[]?> FindAsync(string container, string name, CancellationToken cancellationToken);

    /// <summary>Removes a container with all its blobs; does nothing when there is none.</summary>
    Task DeleteAsync(string container, CancellationToken cancellationToken);
}
