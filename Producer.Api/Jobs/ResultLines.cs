using System.Buffers;
using System.IO.Pipelines;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Wire;

namespace SkillAi.Queue.Producer.Jobs;

/// <summary>Writes a chunk's stored result lines, which rest as a gzip member, into a response.</summary>
static class ResultLines
{
    const int BlockSize = 32 * 1024;

    /// <param name="skip">Lines at the beginning that are not wanted.</param>
    public static async ValueTask WriteAsync(
        PipeWriter response, byte[] packed, long skip, CancellationToken cancellationToken)
    {
        await using var lines = Gzip.Open(packed);
        while (true)
        {
            // Reading does not wait: the bytes are here, they only have to be unpacked.
            var block = response.GetMemory(BlockSize);
            var read = lines.Read(block.Span);
            if (read == 0)
                break;

            var wanted = Skip(block.Span[..read], ref skip);
            wanted.CopyTo(block.Span);
            response.Advance(wanted.Length);
            await response.FlushAsync(cancellationToken);
        }
    }

    /// <summary>Members joined are a gzip file; only a member whose beginning is not wanted is packed anew.</summary>
    public static async ValueTask WritePackedAsync(
        PipeWriter response, byte[] packed, long skip, CancellationToken cancellationToken) =>
        await response.WriteAsync(skip == 0 ? packed : Repack(packed, skip), cancellationToken);

    public static async ValueTask WriteFailuresAsync(
        PipeWriter response, byte[] packed, CancellationToken cancellationToken)
    {
        var lines = Gzip.Decompress(packed).AsMemory();
        while (!lines.IsEmpty)
        {
            var end = lines.Span.IndexOf((byte)'\n') + 1;
            var line = end > 0 ? lines[..end] : lines;
            if (OutcomeReader.Find(line.Span) != Outcome.Succeeded)
                await response.WriteAsync(line, cancellationToken);

            lines = lines[line.Length..];
        }
    }

    /// <summary>A chunk in which lines of replays stand for failed ones.</summary>
    /// <param name="first">Index of the chunk's first item.</param>
    /// <param name="replayed">Lines by the index of their item.</param>
    public static byte[] Overlay(byte[] packed, long first, IReadOnlyDictionary<long, byte[]> replayed)
    {
        var lines = new ArrayBufferWriter<byte>(4 * packed.Length);
        ReadOnlySpan<byte> rest = Gzip.Decompress(packed);
        for (var index = first; !rest.IsEmpty; index++)
        {
            var end = rest.IndexOf((byte)'\n') + 1;
            var line = end > 0 ? rest[..end] : rest;
            lines.Write(replayed.TryGetValue(index, out var other) ? other : line);
            rest = rest[line.Length..];
        }

        return Gzip.Compress(lines.WrittenSpan);
    }

    static byte[] Repack(byte[] packed, long skip) => Gzip.Compress(Skip(Gzip.Decompress(packed), ref skip));

    static ReadOnlySpan<byte> Skip(ReadOnlySpan<byte> bytes, ref long lines)
    {
        for (; lines > 0; lines--)
        {
            var end = bytes.IndexOf((byte)'\n');
            if (end < 0)
                return [];

            bytes = bytes[(end + 1)..];
        }

        return bytes;
    }
}
