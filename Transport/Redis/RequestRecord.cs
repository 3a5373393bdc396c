using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Contracts.Wire;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>What intake stores of a request before it is published: enough to publish it again.</summary>
public sealed record RequestRecord
{
    public required string Id { get; init; }
    public required string Model { get; init; }
    public required string Version { get; init; }
    public required Lane Lane { get; init; }
    public required int Items { get; init; }

    /// <summary>Item lines, dropped from the record once the request is terminal.</summary>
    public required ReadOnlyMemory<byte> Input { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? DeadlineAt { get; init; }

    /// <summary>How long the result is kept, from the terminal state on.</summary>
    public required TimeSpan Ttl { get; init; }

    public string Tenant { get; init; } = Tenants.Default;
    public Dictionary<string, string>? Metadata { get; init; }
    public string? Traceparent { get; init; }
    public string? ReplyTo { get; init; }

    /// <summary>The request as it is shown when it was just accepted.</summary>
    public RequestResource ToResource() => new()
    {
        Id = Id,
        State = RequestState.Queued,
        Model = Model,
        Version = Version,
        Lane = Lane,
        Metadata = Metadata,
        CreatedAt = CreatedAt,
        DeadlineAt = DeadlineAt,
    };
}

/// <summary>How a request ended.</summary>
/// <param name="State">A terminal state.</param>
/// <param name="Outputs">JSON array, one entry an item.</param>
public sealed record RequestResult(
    string Id, RequestState State, RawJson Outputs, RequestTimings Timings, RunFacts? Run, int Attempts,
    string? ReplyTo = null);

/// <summary>What the store knows of an id: a resource, that it is gone (410), or nothing (404).</summary>
public readonly record struct Lookup<T>(T? Found, bool IsGone)
    where T : class;
