using System.Text.Json.Serialization;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>What intake knows of a request when it is published: enough to publish it again.</summary>
public sealed record RequestRecord
{
    public required string Id { get; init; }
    public required string Model { get; init; }
    public required string Version { get; init; }
    public required Lane Lane { get; init; }
    public required int Items { get; init; }

    /// <summary>Item lines. Kept only until the request is terminal.</summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte> Input { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? DeadlineAt { get; init; }

    /// <summary>How long the result is kept, from the terminal state on.</summary>
    public required TimeSpan Ttl { get; init; }

    public string Tenant { get; init; } = Tenants.Default;
    public Dictionary<string, string>? Metadata { get; init; }
    public string? Traceparent { get; init; }
    public string? ReplyTo { get; init; }

    /// <summary>When nobody needs it any more should it never be answered.</summary>
    [JsonIgnore]
    public DateTimeOffset ExpiresAt => (DeadlineAt ?? CreatedAt + Limits.MaxTtl) + Ttl;

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

/// <summary>The end of a request, for the store.</summary>
/// <param name="Ttl">How long it is kept.</param>
/// <param name="ReplyTo">The API instance that has a caller waiting.</param>
public sealed record RequestResult(string Id, TimeSpan Ttl, RequestOutcome Outcome, string? ReplyTo = null);

/// <summary>What the store knows of an id: a resource, that it is gone (410), or nothing (404).</summary>
public readonly record struct Lookup<T>(T? Found, bool IsGone)
    where T : class;
