using System.IO.Compression;

namespace SkillAi.Queue.Producer.Jobs;

/// <summary>Chunks travel and rest compressed; their members can be joined to one file as they are.</summary>
static class Gzip
{
    /// <summary>A member that holds nothing: the stream writes none when it was given nothing.</summary>
    static ReadOnlySpan<byte> Empty =>
        [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    public static byte[] Compress(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return Empty.ToArray();

        using var packed = new MemoryStream(256 + bytes.Length / 2);
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(bytes);

        return packed.ToArray();
    }

    public static Stream Open(byte[] packed) => new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);

    public static byte[] Decompress(byte[] packed)
    {
        using var gzip = Open(packed);
        using var bytes = new MemoryStream(4 * packed.Length);
        gzip.CopyTo(bytes);
        return bytes.ToArray();
    }
}
