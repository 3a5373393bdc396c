using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Intake;

/// <summary>Puts requests into chunks.</summary>
static class RequestChunks
{
    public static Chunk Single(RequestRecord request) => Join(new[] { request });

    /// <summary>Cuts requests into as few chunks as the limits allow. Order is kept; a chunk never mixes models or
    /// versions, and never splits a request.</summary>
    public static List<ArraySegment<RequestRecord>> Cut(RequestRecord[] requests)
    {
        var cuts = new List<ArraySegment<RequestRecord>>();

        // A stable sort: within a model and version the order of arrival stays.
        var sorted = IsUniform(requests)
            ? requests
            : [.. requests.OrderBy(request => request.Model).ThenBy(request => request.Version)];

        var start = 0;
        var (items, bytes) = (0, 0);
        for (var i = 0; i < sorted.Length; i++)
        {
            var next = sorted[i];
            var fits = items + next.Items <= Limits.MaxChunkItems
                && bytes + next.Input.Length < Limits.MaxChunkBytes
                && IsSame(sorted[start], next);
            if (i > start && !fits)
            {
                cuts.Add(new(sorted, start, i - start));
                (start, items, bytes) = (i, 0, 0);
            }

            items += next.Items;
            bytes += next.Input.Length + 1;
        }

        if (sorted.Length > start)
            cuts.Add(new(sorted, start, sorted.Length - start));

        return cuts;
    }

    public static Chunk Join(ArraySegment<RequestRecord> requests)
    {
        var first = requests[0];
        var segments = new Segment[requests.Count];
        var items = 0;
        DateTimeOffset? deadline = null;
        for (var i = 0; i < segments.Length; i++)
        {
            var request = requests[i];
            segments[i] = new(
                request.Id, request.Items, request.CreatedAt, request.DeadlineAt, request.Tenant, request.Traceparent,
                request.ReplyTo, request.Ttl == Limits.DefaultTtl ? null : request.Ttl);
            items += request.Items;
            if (request.DeadlineAt is { } own && (deadline is null || own < deadline))
                deadline = own;
        }

        return new Chunk
        {
            Model = first.Model,
            Version = first.Version,
            Lane = first.Lane,
            Body = requests.Count == 1 ? first.Input : Lines(requests),
            Items = items,
            EnqueuedAt = first.CreatedAt,
            Deadline = deadline,
            Tenant = first.Tenant,
            Traceparent = first.Traceparent,
            Segments = segments,
        };
    }

    static byte[] Lines(ArraySegment<RequestRecord> requests)
    {
        var lines = new byte[requests.Sum(request => request.Input.Length + 1) - 1];
        var at = 0;
        foreach (var request in requests)
        {
            if (at > 0)
                lines[at++] = (byte)'\n';

            request.Input.Span.CopyTo(lines.AsSpan(at));
            at += request.Input.Length;
        }

        return lines;
    }

    static bool IsUniform(RequestRecord[] requests) => Array.TrueForAll(requests, request => IsSame(requests[0], request));

    static bool IsSame(RequestRecord one, RequestRecord other) =>
        one.Model == other.Model && one.Version == other.Version;
}
