using System.Text.Json.Serialization;

namespace SkillAi.Queue.Contracts.DeadLetters;

/// <summary>A dead letter as every route shows it: an item that the system gave up on, or a chunk that it could not
/// read. What the sender got wrong is no dead letter.</summary>
public sealed record DeadLetterResource
{
    public required string Id { get; init; }

    /// <summary>The <c>code</c> of the failed result line.</summary>
    public required string Reason { get; init; }

    /// <summary>What the model said, or what the code means.</summary>
    public required string Message { get; init; }

    public required string Model { get; init; }
    public required string Version { get; init; }
    public required Lane Lane { get; init; }
    public required string Tenant { get; init; }

    /// <summary>The job it belongs to; null for a request's.</summary>
    public string? Job { get; init; }

    public string? Request { get; init; }

    /// <summary>Position of the item in its job or request; null for a whole chunk.</summary>
    public long? Index { get; init; }

    /// <summary>Items in it: 1, or those of a whole chunk.</summary>
    public required int Items { get; init; }

    /// <summary>Deliveries in which it failed, each with its tries inside of the worker.</summary>
    public required int Attempts { get; init; }

    public required string PayloadSha256 { get; init; }
    public required int PayloadBytes { get; init; }

    /// <summary>The item line; only where asked for, and never for a whole chunk.</summary>
    public string? Payload { get; init; }

    public required DateTimeOffset FailedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Since when a replay is under way; null: none is.</summary>
    public DateTimeOffset? ReplayingSince { get; init; }
}

/// <summary>A page of dead letters, newest first. It may hold fewer than asked for, even none: while
/// <paramref name="Next"/> is not null there may be more.</summary>
public sealed record DeadLetterList(IReadOnlyList<DeadLetterResource> Data, string? Next);

/// <summary>Which dead letters a call is about: those that match all that is set.</summary>
public sealed record DeadLetterFilter
{
    public string? Reason { get; init; }
    public string? Model { get; init; }
    public string? Version { get; init; }
    public string? Job { get; init; }
    public string? Request { get; init; }

    /// <summary>Those that failed at or after this instant.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Says that all are meant, where nothing else is set.</summary>
    public bool All { get; init; }

    /// <summary>Goes on behind the page before: its <c>next</c>.</summary>
    public string? After { get; init; }

    [JsonIgnore]
    public bool IsEmpty => (Reason ?? Model ?? Version ?? Job ?? Request) is null && Since is null;
}

/// <summary>What became of the dead letters that matched.</summary>
/// <param name="Done">Replays that were queued, or letters that were deleted.</param>
/// <param name="Skipped">Those that cannot be replayed now: see what a replay of one of them answers.</param>
/// <param name="Next">Not null: there may be more, behind this.</param>
public sealed record DeadLetterBatch(int Done, int Skipped, string? Next);
