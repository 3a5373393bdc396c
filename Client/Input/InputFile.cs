using System.IO.Compression;

namespace SkillAi.Queue.Client.Input;

/// <summary>A file of items, opened as the body of a job.</summary>
/// <param name="Items">NDJSON, as it is to be sent.</param>
/// <param name="IsGzip">The stream is compressed, and is sent so.</param>
sealed record InputFile(Stream Items, bool IsGzip) : IAsyncDisposable
{
    /// <param name="format">Null: by the file's name, else by its content.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static async Task<InputFile> OpenAsync(string path, InputFormat? format, CancellationToken cancellationToken)
    {
        var isGzip = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);
        format ??= InputFormats.FromName(path) ?? await SniffAsync(path, isGzip, cancellationToken);
        var file = Open(path);
        return format == InputFormat.Ndjson
            ? new InputFile(file, isGzip)
            : new InputFile(TextItems.Encode(file, isGzip, cancellationToken), IsGzip: false);
    }

    public ValueTask DisposeAsync() => Items.DisposeAsync();

    static async Task<InputFormat> SniffAsync(string path, bool isGzip, CancellationToken cancellationToken)
    {
        await using var file = Open(path);
        await using var text = isGzip ? new GZipStream(file, CompressionMode.Decompress) : (Stream)file;
        var beginning = new byte[4096];
        var read = await text.ReadAtLeastAsync(beginning, beginning.Length, throwOnEndOfStream: false, cancellationToken);
        return InputFormats.FromContent(beginning.AsSpan(0, read));
    }

    static FileStream Open(string path) => new(
        path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 256 * 1024,
        FileOptions.SequentialScan | FileOptions.Asynchronous);
}
