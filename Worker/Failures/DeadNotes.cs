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
        foreach (var process in Directory.GetFiles(folder, $"*{Extension}").GroupBy(RunNote.ProcessOf))
        {
            // Held until they are gone: two that start at once must not both find them.
            var files = process.Select(TryOpen).ToList();
            try
            {
                if (files.Contains(null))
                    continue;

                if (await ReadAsync(files!) is { Count: > 0 } names)
                {
                    await report(process.Key, names);
                    deaths++;
                }

                foreach (var path in process)
                    File.Delete(path);
            }
            finally
            {
                foreach (var file in files)
                    await (file?.DisposeAsync() ?? ValueTask.CompletedTask);
            }
        }

        return deaths;
    }

    /// <summary>Null when its process lives, or another has just collected it.</summary>
    public static FileStream? TryOpen(string path)
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

    /// <summary>What a process ran, on all of its streams. Only where it was one item of one stream was that alone.</summary>
    static async Task<HashSet<string>> ReadAsync(IReadOnlyList<FileStream> files)
    {
        var notes = (await Task.WhenAll(files.Select(ReadAsync))).Where(names => names.Count > 0).ToList();
        return notes.Count == 1 ? notes[0] : [.. notes.SelectMany(names => names.Select(Suspects.PieceOf))];
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
