using SkillAi.Queue.Transport.Hosting;

namespace SkillAi.Queue.Embedded;

/// <summary>Where one embedded service keeps its spool and its store, locked against a second one.</summary>
sealed class DataFolder : IDisposable
{
    readonly string _root;
    readonly FileStream _lock;

    DataFolder(string root, bool isKept, FileStream theLock)
    {
        _root = root;
        _lock = theLock;
        IsKept = isKept;
    }

    /// <summary>Whether it outlives the service.</summary>
    public bool IsKept { get; }

    public string Spool => Path.Combine(_root, "spool");

    public string Runs => Path.Combine(_root, "runs");

    public string Store => Path.Combine(_root, "store");

    /// <param name="folder">Null: a temporary one, removed at the end.</param>
    /// <exception cref="StartRefusedException">Another service uses the folder, or it cannot be written.</exception>
    public static DataFolder Open(string? folder)
    {
        var root = Path.GetFullPath(folder ?? Directory.CreateTempSubdirectory("skillai-").FullName);
        try
        {
            Directory.CreateDirectory(root);
            var path = Path.Combine(root, "lock");
            var theLock = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
            return new(root, folder is not null, theLock);
        }
        catch (UnauthorizedAccessException cause)
        {
            throw new StartRefusedException($"The data folder {root} cannot be written: {cause.Message}", cause);
        }
        catch (IOException cause)
        {
            throw new StartRefusedException(
                $"The data folder {root} is in use by another service, or cannot be written: {cause.Message}", cause);
        }
    }

    public void Dispose()
    {
        _lock.Dispose();
        if (!IsKept)
            Directory.Delete(_root, recursive: true);
    }
}
