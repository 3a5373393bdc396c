namespace SkillAi.Queue.Transport.Blobs;

/// <summary>Blobs as files, a folder a container. A blob is written beside its place and moved there, so that a
/// reader sees all of it or nothing, and a crash leaves at most a file that nobody asks for.</summary>
public sealed class FolderBlobStore : IBlobStore
{
    // Names of blobs never start with a dot, so that these files are never taken for one.
    const string Unfinished = ".part";

    /// <summary>Lies in a folder whose own name is on the disk.</summary>
    const string Named = ".named";

    readonly string _root;
    readonly bool _fsync;
    readonly Action<string> _flushFolder;

    public FolderBlobStore(string root, bool fsync)
        : this(root, fsync, FolderFlush.Run)
    {
    }

    internal FolderBlobStore(string root, bool fsync, Action<string> flushFolder) =>
        (_root, _fsync, _flushFolder) = (root, fsync, flushFolder);

    public async Task PutAsync(
        string container, string name, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        var folder = FolderOf(container);
        var path = Path.Combine(folder, BlobNames.Checked(name));
        var temporary = Path.Combine(folder, $".{Guid.NewGuid():N}{Unfinished}");
        try
        {
            Directory.CreateDirectory(folder);
            await WriteAsync(temporary, bytes, cancellationToken);
            File.Move(temporary, path, overwrite: true);
            FlushNames(folder);
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
        var grave = Path.Combine(_root, $".{Guid.NewGuid():N}");
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
        if (_fsync)
            RandomAccess.FlushToDisk(file);
    }

    /// <summary>The blob's name, and once a container its folder's. That the folder is there tells nothing: another put
    /// may have made it, and not have come as far as this.</summary>
    void FlushNames(string folder)
    {
        if (!_fsync)
            return;

        try
        {
            _flushFolder(folder);
            var named = Path.Combine(folder, Named);
            if (File.Exists(named))
                return;

            _flushFolder(_root);
            File.OpenHandle(named, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite).Dispose();
        }
        catch (DirectoryNotFoundException)
        {
            // Deleted meanwhile: nobody asks for the blob any more.
        }
    }

    string FolderOf(string container) => Path.Combine(_root, BlobNames.Checked(container));
}
