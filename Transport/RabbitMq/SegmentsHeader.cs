using System.IO.Compression;
using System.Text.Json;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Wire;

namespace SkillAi.Queue.Transport.RabbitMq;

/// <summary>The segments of a chunk as JSON in one header. All headers must fit into one AMQP frame (128 KiB), which
/// 256 segments with long tenants would not; so a long list travels compressed, told apart by its first byte.</summary>
static class SegmentsHeader
{
    const int CompressFrom = 16 * 1024;
    const byte GzipMark = 0x1F;

    public static byte[] Encode(IReadOnlyList<Segment> segments)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(
            segments as List<Segment> ?? [.. segments], WireJson.Default.ListSegment);
        if (json.Length < CompressFrom)
            return json;

        using var compressed = new MemoryStream(json.Length / 4);
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(json);

        return compressed.ToArray();
    }

    /// <exception cref="JsonException">It is not a list of segments.</exception>
    /// <exception cref="InvalidDataException">Its compression is broken.</exception>
    public static List<Segment> Decode(byte[] header)
    {
        if (header is not [GzipMark, ..])
            return JsonSerializer.Deserialize(header, WireJson.Default.ListSegment) ?? [];

        using var gzip = new GZipStream(new MemoryStream(header), CompressionMode.Decompress);
        return JsonSerializer.Deserialize(gzip, WireJson.Default.ListSegment) ?? [];
    }
}
