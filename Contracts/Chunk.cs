namespace SkillAi.Queue.Contracts;

/// <summary>What travels in one broker message and commits as one: 1..256 items of one model, one version and one
/// lane. It belongs either to a job (<see cref="Job"/> is set) or to requests (<see cref="Segments"/> is not empty).
/// The body is what the client sent, item lines separated by <c>\n</c>, never re-encoded on its way to the model.</summary>
public sealed record Chunk
{
    public required string Model { get; init; }

    public required string Version { get; init; }

    public required Lane Lane { get; init; }

    /// <summary>Item lines as UTF-8, gzip-compressed when <see cref="IsGzip"/>.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    public bool IsGzip { get; init; }

    /// <summary>How many items the body holds.</summary>
    public required int Items { get; init; }

    /// <summary>When intake accepted the work: queue wait and latency count from here.</summary>
    public required DateTimeOffset EnqueuedAt { get; init; }

    /// <summary>The earliest deadline in the chunk, after which its result is worthless; null: never.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>1 on the first try. Ours, because broker counters differ between generations.</summary>
    public int Attempt { get; init; } = 1;

    public string Tenant { get; init; } = Tenants.Default;

    /// <summary>W3C trace context of whoever submitted the work.</summary>
    public string? Traceparent { get; init; }

    /// <summary>The job's id, for a chunk of a job.</summary>
    public string? Job { get; init; }

    /// <summary>Position of the chunk in its job.</summary>
    public int Index { get; init; }

    /// <summary>Index, in its job, of the chunk's first item; in a replay, of the item in its job or request.</summary>
    public long First { get; init; }

    /// <summary>The dead letter whose one item is tried again; null for all other work. Its outcome does not end a
    /// chunk or a request, those have ended: it stands for the failed one.</summary>
    public string? Replay { get; init; }

    /// <summary>The requests in the chunk, in the order of their items; empty for a chunk of a job.</summary>
    public IReadOnlyList<Segment> Segments { get; init; } = [];
}

/// <summary>The part of a chunk that belongs to one request.</summary>
/// <param name="ReplyTo">The API instance that has a caller waiting, told directly when the result is stored.</param>
/// <param name="Ttl">How long the result is kept; null: <see cref="Limits.DefaultTtl"/>.</param>
public sealed record Segment(
    string Request, int Items, DateTimeOffset EnqueuedAt, DateTimeOffset? Deadline = null,
    string Tenant = Tenants.Default, string? Traceparent = null, string? ReplyTo = null, TimeSpan? Ttl = null);

public static class Tenants
{
    public const string Default = "default";
}
