using SkillAi.Queue.Transport.Blobs;

namespace SkillAi.Queue.Tests.Integration.Api;

/// <summary>A spool whose first write stands still until the gate opens.</summary>
sealed class GatedBlobs(IBlobStore blobs) : IBlobStore
{
    readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    int _puts;

    /// <summary>The first write stands still.</summary>
    public Task Reached => _reached.Task;

    public void Open() => _open.TrySetResult();

    public async Task PutAsync(string container, string name, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _puts) == 1)
        {
            _reached.TrySetResult();
            await _open.Task.WaitAsync(cancellationToken);
        }

        await blobs.PutAsync(container, name, bytes, cancellationToken);
    }

    public Task<byte[]?> FindAsync(string container, string name, CancellationToken cancellationToken) =>
        blobs.FindAsync(container, name, cancellationToken);

    public Task DeleteAsync(string container, CancellationToken cancellationToken) =>
        blobs.DeleteAsync(container, cancellationToken);
}
