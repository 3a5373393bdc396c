using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;

namespace SkillAi.Queue.Client.Input;

/// <summary>The beginning of a file: enough of it to tell what it is, none of it taken away.</summary>
/// <param name="IsGzip">Whether the file is compressed, which its first bytes say better than its name.</param>
/// <param name="Text">Up to <see cref="Size"/> bytes, decompressed.</param>
/// <param name="IsWhole">Whether there is no more.</param>
sealed record Sample(bool IsGzip, byte[] Text, bool IsWhole)
{
    public const int Size = 64 * 1024;

    public bool IsEmpty => IsWhole && Text.Length == 0;

    /// <param name="atLeast">How many bytes to wait for; less is what a shorter file has.</param>
    public static async Task<Sample> ReadAsync(PipeReader file, int atLeast, CancellationToken cancellationToken)
    {
        var read = await file.ReadAtLeastAsync(atLeast, cancellationToken);
        var isWhole = read.IsCompleted && read.Buffer.Length <= Size;
        var bytes = read.Buffer.Slice(0, Math.Min(Size, read.Buffer.Length)).ToArray();
        file.AdvanceTo(read.Buffer.Start);
        if (!bytes.AsSpan().StartsWith<byte>([0x1f, 0x8b]))
            return new(IsGzip: false, bytes, isWhole);

        var text = Decompress(bytes);
        return new(IsGzip: true, text, isWhole && text.Length < Size);
    }

    static byte[] Decompress(byte[] beginning)
    {
        using var gzip = new GZipStream(new MemoryStream(beginning), CompressionMode.Decompress);
        var text = new byte[Size];
        var length = 0;
        try
        {
            for (var read = -1; read != 0 && length < Size; length += read)
                read = gzip.Read(text, length, Size - length);
        }
        catch (InvalidDataException)
        {
            // The beginning ends in the middle, of course; what is really broken fails whoever reads it all.
        }

        return text[..length];
    }
}
