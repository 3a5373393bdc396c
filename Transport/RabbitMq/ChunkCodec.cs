using System.Globalization;
using System.Text.Json;
using RabbitMQ.Client;
using SkillAi.Queue.Contracts;
using Headers = SkillAi.Queue.Contracts.Headers;

namespace SkillAi.Queue.Transport.RabbitMq;

/// <summary>A chunk as an AMQP message. The body travels as it is; everything else is in properties and headers, so
/// that an operator can read it without decoding the body.</summary>
static class ChunkCodec
{
    const string ItemLines = "application/x-ndjson";
    const string Gzip = "gzip";

    /// <summary>A new object each time: the client library writes into the headers of what it publishes.</summary>
    public static BasicProperties Encode(Chunk chunk)
    {
        var headers = new Dictionary<string, object?>(16)
        {
            [Headers.Model] = chunk.Model,
            [Headers.Version] = chunk.Version,
            [Headers.Lane] = chunk.Lane.Name(),
            [Headers.Items] = chunk.Items,
            [Headers.Attempt] = chunk.Attempt,
            [Headers.EnqueuedAt] = chunk.EnqueuedAt.ToUnixTimeMilliseconds(),
            [Headers.Tenant] = chunk.Tenant,
        };
        if (chunk.Deadline is { } deadline)
            headers[Headers.Deadline] = deadline.ToUnixTimeMilliseconds();

        if (chunk.Traceparent is { } traceparent)
            headers[Headers.Traceparent] = traceparent;

        if (chunk.Job is { } job)
        {
            headers[Headers.Job] = job;
            headers[Headers.Index] = chunk.Index;
            headers[Headers.First] = chunk.First;
        }

        if (chunk.Replay is { } letter)
        {
            headers[Headers.Replay] = letter;
            headers[Headers.First] = chunk.First;
        }

        if (chunk.Segments.Count > 0)
            headers[Headers.Segments] = SegmentsHeader.Encode(chunk.Segments);

        return new()
        {
            Type = Topology.ChunkType,
            ContentType = ItemLines,
            ContentEncoding = chunk.IsGzip ? Gzip : null,
            DeliveryMode = DeliveryModes.Persistent,
            MessageId = MessageId(chunk),
            Timestamp = new(chunk.EnqueuedAt.ToUnixTimeSeconds()),
            Headers = headers,
        };
    }

    /// <summary>The chunk, with a copy of the body: the bytes are the library's and only lent.</summary>
    /// <exception cref="FormatException">It is not a chunk, or not one that this version understands.</exception>
    public static Chunk Decode(IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body)
    {
        if (properties.Type != Topology.ChunkType)
            throw new FormatException($"Message type is '{properties.Type}', not '{Topology.ChunkType}'.");

        if (properties.ContentEncoding is not (null or Gzip))
            throw new FormatException($"Content encoding is '{properties.ContentEncoding}'.");

        var headers = new HeaderReader(properties.Headers);
        try
        {
            return new()
            {
                Model = headers.Text(Headers.Model),
                Version = headers.Text(Headers.Version),
                Lane = LaneNames.Parse(headers.Text(Headers.Lane)),
                Items = (int)headers.Number(Headers.Items),
                Attempt = (int)(headers.FindNumber(Headers.Attempt) ?? 1),
                EnqueuedAt = DateTimeOffset.FromUnixTimeMilliseconds(headers.Number(Headers.EnqueuedAt)),
                Deadline = headers.FindNumber(Headers.Deadline) is { } at
                    ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null,
                Tenant = headers.FindText(Headers.Tenant) ?? Tenants.Default,
                Traceparent = headers.FindText(Headers.Traceparent),
                Job = headers.FindText(Headers.Job),
                Index = (int)(headers.FindNumber(Headers.Index) ?? 0),
                First = headers.FindNumber(Headers.First) ?? 0,
                Replay = headers.FindText(Headers.Replay),
                Segments = headers.FindBytes(Headers.Segments) is { } segments ? SegmentsHeader.Decode(segments) : [],
                IsGzip = properties.ContentEncoding == Gzip,
                Body = body.ToArray(),
            };
        }
        catch (Exception e) when (e is ArgumentOutOfRangeException or JsonException or InvalidDataException)
        {
            throw new FormatException("A header has an impossible value.", e);
        }
    }

    static string? MessageId(Chunk chunk) => chunk switch
    {
        { Replay: { } letter } => letter,
        { Job: { } job } => string.Create(CultureInfo.InvariantCulture, $"{job}/{chunk.Index}"),
        { Segments: [var only] } => only.Request,
        _ => null,
    };
}
