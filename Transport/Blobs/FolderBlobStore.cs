namespace SkillAi.Queue.Transport.Blobs;

/// <summary>Blobs as files, a folder a container. A blob is written beside its place and moved there, so that a
/// reader sees all of it or nothing, and a crash leaves at most a file that nobody asks for.</summary>
public sealed class FolderBlobStore(string root, bool fsync) : IBlobStore
{
    const string Unfinished = ".part";

    public async Task PutAsync(
        string container, string name, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var folder = FolderOf(container);
        var path = Path.Combine(folder, BlobNames.Checked(name));
        // Names of blobs never start with a dot, so that these files are never taken for one.
        var temporary = Path.Combine(folder, $".{Guid.NewGuid():N}{Unfinished}");
        try
        {
            Directory.CreateDirectory(folder);
            await WriteAsync(temporary, bytes, cancellationToken);
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    public async Task<byte[]?> FindAsync(string container, string name, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllBytesAsync(Path.Combine(FolderOf(container), BlobNames.Checked(name)), cancellationToken);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public Task DeleteAsync(string container, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        // Moved out of the way first: a put that is under way must not add to a folder that is being emptied.
        var grave = Path.Combine(root, $".{Guid.NewGuid():N}");
        try
        {
            Directory.Move(FolderOf(container), grave);
            Directory.Delete(grave, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Deleted before, or never there.
        }

        return Task.CompletedTask;
    }

    async Task WriteAsync(string path, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        using var file = File.OpenHandle(
            path, FileMode.CreateNew, FileAccess.Write, FileShare.None, FileOptions.Asynchronous, bytes.Length);
        await RandomAccess.WriteAsync(file, bytes, fileOffset: 0, cancellationToken);
        if (fsync)
            RandomAccess.FlushToDisk(file);
    }

    string FolderOf(string container) => Path.Combine(root, BlobNames.Checked(container));
}
