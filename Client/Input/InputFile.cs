using System.IO.Pipelines;

namespace SkillAi.Queue.Client.Input;

/// <summary>A file of items, opened as the body of a job. It is opened once and read once, so that it may be a pipe.</summary>
/// <param name="Items">NDJSON, as it is to be sent.</param>
/// <param name="IsGzip">The stream is compressed, and is sent so.</param>
/// <param name="Reopen">Opens it again, at its beginning; null for a pipe.</param>
sealed record InputFile(Stream Items, bool IsGzip, Func<CancellationToken, Task<InputFile>>? Reopen) : IAsyncDisposable
{
    /// <summary>The path that means standard input.</summary>
    public const string StandardInput = "-";

    /// <param name="format">Null: by the file's name, else by its content.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is empty, or not compressed as its name says.</exception>
    public static async Task<InputFile> OpenAsync(string path, InputFormat? format, CancellationToken cancellationToken)
    {
        // What is looked at here is read again by whoever reads the items.
        var file = Open(path);
        Func<CancellationToken, Task<InputFile>>? reopen = file.CanSeek ? again => OpenAsync(path, format, again) : null;
        var bytes = PipeReader.Create(file);
        try
        {
            format ??= InputFormats.FromName(path);
            // Where only the compression is to be found out, a slow pipe's first items need not wait for more.
            var sample = await Sample.ReadAsync(bytes, format is null ? Sample.Size : 2, cancellationToken);
            if (sample.IsEmpty)
                throw new InvalidDataException($"{path} is empty.");
            if (!sample.IsGzip && path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
                throw new InvalidDataException($"{path} is not gzip-compressed, as its name says.");

            format ??= InputFormats.FromContent(sample.Text, sample.IsWhole);
            return format == InputFormat.Ndjson
                ? new InputFile(bytes.AsStream(), sample.IsGzip, reopen)
                : new InputFile(TextItems.Encode(bytes.AsStream(), sample.IsGzip, cancellationToken), IsGzip: false, reopen);
        }
        catch
        {
            await bytes.CompleteAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => Items.DisposeAsync();

    static Stream Open(string path)
    {
        if (path == StandardInput)
            return Console.OpenStandardInput();

        // What opening it would say is that access is denied.
        if (Directory.Exists(path))
            throw new IOException($"{path} is a folder: name a file.");

        return new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 256 * 1024,
            FileOptions.SequentialScan | FileOptions.Asynchronous);
    }
}
