using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace SkillAi.Queue.Client.Input;

/// <summary>Turns plain text into item lines: each line becomes a JSON string, blank lines are skipped. Streams, so a
/// file of any size needs the memory of its longest line.</summary>
static class TextItems
{
    static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A stream to read the item lines from. A failure to read the text fails the reading.</summary>
    /// <param name="file">Disposed when its end is reached.</param>
    public static Stream Encode(Stream file, bool isGzip, CancellationToken cancellationToken)
    {
        var pipe = new Pipe();
        _ = CopyAsync(file, isGzip, pipe.Writer, cancellationToken);
        return pipe.Reader.AsStream();
    }

    static async Task CopyAsync(Stream file, bool isGzip, PipeWriter items, CancellationToken cancellationToken)
    {
        await using var source = file;
        await using var text = isGzip ? new GZipStream(file, CompressionMode.Decompress) : file;
        try
        {
            await EncodeAsync(text, items, cancellationToken);
            await items.CompleteAsync();
        }
        catch (Exception cause) when (cause is IOException or InvalidDataException or OperationCanceledException)
        {
            await items.CompleteAsync(cause);
        }
    }

    static async Task EncodeAsync(Stream text, PipeWriter items, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(text);
        await using var json = new Utf8JsonWriter(items, Json);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (string.IsNullOrWhiteSpace(line))
                continue;

            json.WriteStringValue(line);
            await json.FlushAsync(cancellationToken);
            json.Reset();
            items.Write("\n"u8);
            if (items.UnflushedBytes > 64 * 1024)
                await items.FlushAsync(cancellationToken);
        }
    }
}
