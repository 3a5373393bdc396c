namespace SkillAi.Queue.Worker.Failures;

/// <summary>Reads the notes that dead processes left in a folder.</summary>
static class DeadNotes
{
    public const string Extension = ".run";

    /// <summary>Hands on what each dead process ran, and forgets it when that was taken.</summary>
    /// <param name="report">Takes a death's id and the names of what was run.</param>
    /// <returns>How many had died in a run.</returns>
    /// <exception cref="IOException">The folder is gone.</exception>
    public static async Task<int> CollectAsync(string folder, Func<string, IReadOnlyCollection<string>, Task> report)
    {
        var deaths = 0;
        foreach (var path in Directory.EnumerateFiles(folder, $"*{Extension}"))
        {
            // Held until it is gone: two that start at once must not both find it.
            await using var file = TryOpen(path);
            if (file is null)
                continue;

            if (await ReadAsync(file) is { Count: > 0 } names)
            {
                await report(Path.GetFileNameWithoutExtension(path), names);
                deaths++;
            }

            File.Delete(path);
        }

        return deaths;
    }

    /// <summary>Null when its process lives, or another has just collected it.</summary>
    static FileStream? TryOpen(string path)
    {
        try
        {
            return new(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    static async Task<HashSet<string>> ReadAsync(FileStream file)
    {
        var names = new HashSet<string>();
        using var reader = new StreamReader(file, leaveOpen: true);
        // What comes after the empty line is left from longer notes.
        while (await reader.ReadLineAsync() is { Length: > 0 } name)
            names.Add(name);

        return names;
    }
}
