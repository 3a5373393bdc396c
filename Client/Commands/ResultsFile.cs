using SkillAi.Queue.Client.Input;

namespace SkillAi.Queue.Client.Commands;

/// <summary>Where results go. It is opened before anything is submitted, so that what is wrong with it is found before
/// there is work to lose, and emptied only when there is something to write.</summary>
sealed class ResultsFile : IAsyncDisposable
{
    /// <summary>The path that means standard output.</summary>
    public const string StandardOutput = "-";

    readonly Stream _stream;
    readonly bool _isNew;
    bool _isBegun;

    ResultsFile(string path, Stream stream, bool isNew)
    {
        Path = path;
        _stream = stream;
        _isNew = isNew;
    }

    public string Path { get; }

    /// <param name="input">Path of the file that is read meanwhile, and stays open; null: none.</param>
    /// <exception cref="IOException">It cannot be written, or is the input.</exception>
    public static ResultsFile Open(string path, string? input)
    {
        if (path == StandardOutput)
            return new(path, Console.OpenStandardOutput(), isNew: false);

        if (Directory.Exists(path))
            throw new IOException($"The results file {path} is a folder.");

        var isNew = !File.Exists(path);
        if (!isNew && input is not null && Resolve(path) == Resolve(input))
            throw new IOException($"The results file {path} is the input: name another one with -o.");

        try
        {
            // For itself alone: that fails too where the input is the same file under a name that tells nothing.
            var file = new FileStream(
                path, FileMode.OpenOrCreate, FileAccess.Write, Sharing(path), bufferSize: 256 * 1024, useAsync: true);
            return new(path, file, isNew);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"The results file {path} cannot be written: {cause.Message}", cause);
        }
    }

    /// <summary>The stream to write to. What the file held until now is gone from here on.</summary>
    public Stream Begin()
    {
        if (!_isBegun && _stream is { CanSeek: true, Length: > 0 })
            _stream.SetLength(0);

        _isBegun = true;
        return _stream;
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        if (_isNew && !_isBegun)
            File.Delete(Path);
    }

    /// <summary>Devices are anybody's.</summary>
    static FileShare Sharing(string path) =>
        path.StartsWith("/dev/", StringComparison.Ordinal) ? FileShare.ReadWrite : FileShare.None;

    static string Resolve(string path)
    {
        var name = path == InputFile.StandardInput ? "/dev/stdin" : path;
        return File.Exists(name)
            ? File.ResolveLinkTarget(name, returnFinalTarget: true)?.FullName ?? System.IO.Path.GetFullPath(name)
            : name;
    }
}
