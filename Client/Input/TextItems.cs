using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace SkillAi.Queue.Client.Input;

/// <summary>Turns plain text into item lines: each line becomes a JSON string, blank lines are skipped. A line that is
/// not valid UTF-8 is sent as it is, so that the service refuses this item and no other. Streams, so a file of any size
/// needs the memory of its longest line.</summary>
static class TextItems
{
    static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A stream to read the item lines from. A failure to read the text fails the reading.</summary>
    /// <param name="file">UTF-8, or UTF-16 with a byte order mark. Disposed when its end is reached.</param>
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
            var lines = await TextEncodings.OpenUtf8Async(text, cancellationToken);
            await EncodeAsync(lines, items, cancellationToken);
            await items.CompleteAsync();
        }
        catch (Exception cause) when (cause is IOException or InvalidDataException or OperationCanceledException)
        {
            await items.CompleteAsync(cause);
        }
    }

    static async Task EncodeAsync(PipeReader lines, PipeWriter items, CancellationToken cancellationToken)
    {
        await using var json = new Utf8JsonWriter(items, Json);
        while (true)
        {
            var read = await lines.ReadAsync(cancellationToken);
            var rest = Encode(read.Buffer, read.IsCompleted, json, items);
            lines.AdvanceTo(rest, read.Buffer.End);
            if (read.IsCompleted)
                return;

            if (items.UnflushedBytes > 64 * 1024 && (await items.FlushAsync(cancellationToken)).IsCompleted)
                return;
        }
    }

    /// <summary>Writes the whole lines; where the rest begins.</summary>
    static SequencePosition Encode(in ReadOnlySequence<byte> buffer, bool isEnd, Utf8JsonWriter json, PipeWriter items)
    {
        var reader = new SequenceReader<byte>(buffer);
        // Between \r and \n is a blank line, which is none.
        while (reader.TryReadToAny(out ReadOnlySequence<byte> line, "\r\n"u8))
            Write(line, json, items);

        if (!isEnd)
            return reader.Position;

        Write(reader.UnreadSequence, json, items);
        return buffer.End;
    }

    static void Write(in ReadOnlySequence<byte> sequence, Utf8JsonWriter json, PipeWriter items)
    {
        var line = sequence.IsSingleSegment ? sequence.FirstSpan : sequence.ToArray();
        if (IsBlank(line))
            return;

        if (Utf8.IsValid(line))
        {
            json.WriteStringValue(line);
            json.Flush();
            json.Reset();
        }
        else
        {
            items.Write(line);
        }

        items.Write("\n"u8);
    }

    static bool IsBlank(ReadOnlySpan<byte> line)
    {
        while (!line.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(line, out var rune, out var length) != OperationStatus.Done || !Rune.IsWhiteSpace(rune))
                return false;

            line = line[length..];
        }

        return true;
    }
}
