using System.Text.Json;
using System.Text.Json.Serialization;
using SkillAi.Queue.Contracts.Wire;

namespace SkillAi.Queue.Contracts.Requests;

[JsonConverter(typeof(SnakeCaseEnum<RequestState>))]
public enum RequestState
{
    Queued,
    Running,
    Succeeded,
    Failed,
    Cancelled,
    Expired,
}

public static class RequestStates
{
    public static bool IsTerminal(this RequestState state) => state >= RequestState.Succeeded;
}

/// <summary>Body of <c>POST /v1/requests</c>. Unknown fields are ignored.</summary>
public sealed record SubmitRequest
{
    public required string Model { get; init; }

    /// <summary>Null: the newest version that is served.</summary>
    public string? Version { get; init; }

    /// <summary>One item, or an array of up to <see cref="Limits.MaxChunkItems"/> items that stay together.</summary>
    public required JsonElement Input { get; init; }

    public Lane Lane { get; init; } = Lane.Priority;

    /// <summary>Milliseconds from intake after which a result is worthless; null: never.</summary>
    public long? DeadlineMs { get; init; }

    /// <summary>Seconds that the result is kept, from its end. Default 24 h, 1 s to 7 days.</summary>
    public long? TtlSeconds { get; init; }

    public Dictionary<string, string>? Metadata { get; init; }
}

/// <summary>A request as every route shows it.</summary>
public sealed record RequestResource
{
    public required string Id { get; init; }
    public required RequestState State { get; init; }
    public required string Model { get; init; }
    public required string Version { get; init; }
    public required Lane Lane { get; init; }
    public Dictionary<string, string>? Metadata { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? DeadlineAt { get; init; }

    /// <summary>One entry an item, in the order sent: <c>{"outcome","output"|"error"}</c>. Null until terminal.</summary>
    public RawJson? Outputs { get; init; }

    public RequestTimings? Timings { get; init; }
    public RunFacts? Run { get; init; }
    public int Attempts { get; init; }

    /// <summary>The same request, ended.</summary>
    public RequestResource EndedBy(RequestOutcome outcome) => this with
    {
        State = outcome.State,
        Outputs = outcome.Outputs,
        Timings = outcome.Timings,
        Run = outcome.Run,
        Attempts = outcome.Attempts,
    };
}

/// <summary>How a request ended.</summary>
/// <param name="State">A terminal state.</param>
/// <param name="Outputs">JSON array, one entry an item.</param>
public sealed record RequestOutcome(
    RequestState State, int Attempts, RequestTimings? Timings, RunFacts? Run, [property: JsonIgnore] RawJson Outputs = default);

/// <summary>Where the time went, in milliseconds: waiting in the queue, waiting in the worker for a run, in the model,
/// and from intake to the stored result.</summary>
public sealed record RequestTimings(double QueueMs, double RunWaitMs, double ModelMs, double TotalMs);

/// <summary>The run that answered the request (the last one, when its items were split).</summary>
/// <param name="Size">Items in the run, of whatever lane.</param>
/// <param name="CloseReason">Why the run was closed at that size.</param>
/// <param name="PredictedMs">What the cost model expected of <see cref="RequestTimings.ModelMs"/>.</param>
public sealed record RunFacts(int Size, string? CloseReason = null, double? PredictedMs = null);
