using System.IO.Pipelines;

namespace SkillAi.Queue.Client.Input;

/// <summary>A file of items, opened as the body of a job. It is opened once and read once, so that it may be a pipe.</summary>
/// <param name="Items">NDJSON, as it is to be sent.</param>
/// <param name="IsGzip">The stream is compressed, and is sent so.</param>
sealed record InputFile(Stream Items, bool IsGzip) : IAsyncDisposable
{
    /// <summary>The path that means standard input.</summary>
    public const string StandardInput = "-";

    /// <param name="format">Null: by the file's name, else by its content.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static async Task<InputFile> OpenAsync(string path, InputFormat? format, CancellationToken cancellationToken)
    {
        // What is looked at here is read again by whoever reads the items.
        var bytes = PipeReader.Create(Open(path));
        try
        {
            format ??= InputFormats.FromName(path);
            // Where only the compression is to be found out, a slow pipe's first items need not wait for more.
            var sample = await Sample.ReadAsync(bytes, format is null ? Sample.Size : 2, cancellationToken);
            format ??= InputFormats.FromContent(sample.Text, sample.IsWhole);
            return format == InputFormat.Ndjson
                ? new InputFile(bytes.AsStream(), sample.IsGzip)
                : new InputFile(TextItems.Encode(bytes.AsStream(), sample.IsGzip, cancellationToken), IsGzip: false);
        }
        catch
        {
            await bytes.CompleteAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => Items.DisposeAsync();

    static Stream Open(string path) => path == StandardInput
        ? Console.OpenStandardInput()
        : new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 256 * 1024,
            FileOptions.SequentialScan | FileOptions.Asynchronous);
}
