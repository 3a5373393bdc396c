using System.Buffers;
using System.IO.Compression;
using System.Runtime.InteropServices;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Worker.Models.Text;

namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>Turns a chunk's body into items. A line that is no item fails alone; a body that is not what its header
/// says is nobody's item: then all of the chunk is a dead letter.</summary>
static class ChunkReader
{
    /// <summary>No honest chunk is larger: one item of the largest size, or many within a chunk's own bound.</summary>
    const int MaxBytes = Limits.MaxItemBytes + Limits.MaxChunkBytes;

    /// <exception cref="InvalidDataException">The body is broken.</exception>
    public static ChunkItems Read(Chunk chunk, TextInput input)
    {
        if (!chunk.IsGzip)
            return Split(chunk.Body.Span, chunk.Items, input);

        var buffer = ArrayPool<byte>.Shared.Rent(Math.Min(MaxBytes, 8 * chunk.Body.Length) + 1);
        try
        {
            var length = Unzip(chunk.Body, ref buffer);
            return Split(buffer.AsSpan(0, length), chunk.Items, input);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The item lines of a chunk, for the few needed once more; null where its body is broken.</summary>
    public static ReadOnlyMemory<byte>[]? FindLines(Chunk chunk)
    {
        try
        {
            return chunk.IsGzip ? Lines(Unzip(chunk.Body), chunk.Items) : Lines(chunk.Body, chunk.Items);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }

    static ReadOnlyMemory<byte>[] Lines(ReadOnlyMemory<byte> body, int count)
    {
        var lines = new ReadOnlyMemory<byte>[count];
        for (var item = 0; item < lines.Length; item++)
        {
            var end = body.Span.IndexOf((byte)'\n') is var found and >= 0 ? found : body.Length;
            lines[item] = body[..end];
            body = body[Math.Min(end + 1, body.Length)..];
        }

        return lines;
    }

    static ChunkItems Split(ReadOnlySpan<byte> body, int count, TextInput input)
    {
        if (count is < 1 or > Limits.MaxChunkItems)
            throw new InvalidDataException($"A chunk of {count} items.");

        var items = new ChunkItems(count, body.Length);
        if (body is [.., (byte)'\n'])
            body = body[..^1];

        foreach (var line in body.Split((byte)'\n'))
        {
            if (items.Count == count)
                throw Broken(items, "more");

            items.Read(body[line], input);
        }

        return items.Count == count ? items : throw Broken(items, "fewer");
    }

    static InvalidDataException Broken(ChunkItems items, string what)
    {
        items.Dispose();
        return new($"The chunk has {what} lines than its header says.");
    }

    static byte[] Unzip(ReadOnlyMemory<byte> body)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(8 * body.Length);
        try
        {
            var length = Unzip(body, ref buffer);
            return buffer[..length];
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    static int Unzip(ReadOnlyMemory<byte> body, ref byte[] buffer)
    {
        var bytes = MemoryMarshal.TryGetArray(body, out var segment) ? segment : body.ToArray();
        using var packed = new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count);
        using var unzip = new GZipStream(packed, CompressionMode.Decompress);
        var length = 0;
        while (unzip.Read(buffer, length, buffer.Length - length) is var read && read > 0)
        {
            length += read;
            if (length < buffer.Length)
                continue;

            if (length > MaxBytes)
                throw new InvalidDataException($"The chunk has more than {MaxBytes} bytes.");

            var larger = ArrayPool<byte>.Shared.Rent(2 * length);
            buffer.AsSpan(0, length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }

        return length;
    }
}
