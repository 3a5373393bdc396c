using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Jobs;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>What a job is, fixed at intake.</summary>
public sealed record JobRecord
{
    public required string Id { get; init; }
    public required string Model { get; init; }
    public required string Version { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? DeadlineAt { get; init; }

    /// <summary>From here on nobody waits for what is not answered: the deadline, or where there is none the end of the
    /// longest that there may be.</summary>
    public DateTimeOffset ExpiresAt => DeadlineAt ?? CreatedAt + Limits.MaxTtl;

    public required TimeSpan Ttl { get; init; }
    public JobPriority Priority { get; init; }

    /// <summary>Whether an upload that broke off may be sent again.</summary>
    public bool IsResumable { get; init; }

    public string Tenant { get; init; } = Tenants.Default;
    public Dictionary<string, string>? Metadata { get; init; }
    public string? Traceparent { get; init; }
}

/// <summary>A job at one instant.</summary>
/// <param name="Chunks">Chunks in the spool so far.</param>
/// <param name="Received">Items in the spool so far; the total once the state is past receiving.</param>
/// <param name="FedChunks">The feeder's cursor: chunks before it have been published.</param>
/// <param name="DoneChunks">Chunks whose outcome is stored.</param>
/// <param name="IsPaused">Whether the feeder leaves it alone, whatever its state.</param>
/// <param name="RunItems">Sum, over the items that ran, of the size of the run that answered each.</param>
/// <param name="Ran">Those items.</param>
/// <param name="FirstItems">Items that had succeeded or failed at the first commit.</param>
public sealed record JobSnapshot(
    JobRecord Record, JobState State, string? Error, int Chunks, long Received, int FedChunks, int DoneChunks,
    long Succeeded, long Failed, long Cancelled, long Expired, long RunItems,
    DateTimeOffset TouchedAt, DateTimeOffset? FirstCommitAt, DateTimeOffset? LastCommitAt, DateTimeOffset? FinishedAt,
    bool IsPaused = false, long Ran = 0, long FirstItems = 0)
{
    public long Answered => Succeeded + Failed + Cancelled + Expired;

    public long Pending => Received - Answered;
}

/// <summary>Outcome of one chunk of a job.</summary>
/// <param name="Lines">Result lines in item order, gzip-compressed.</param>
/// <param name="RunItems">Sum, over the items that ran, of the size of the run that answered each.</param>
/// <param name="Ran">Those items: what is invalid, cancelled or too late does not run.</param>
public sealed record ChunkResult(
    string Job, int Index, ReadOnlyMemory<byte> Lines, OutcomeCounts Counts, long RunItems, long Ran = 0);

public enum AppendOutcome
{
    /// <summary>The job no longer receives (cancelled, failed): stop the upload.</summary>
    Ended,
    Counted,
    /// <summary>Chunks before these are not counted: the store has forgotten them.</summary>
    Gap,
}

public enum CommitOutcome
{
    Stored,
    /// <summary>Its outcome was stored before: a redelivery.</summary>
    Duplicate,
    /// <summary>The job is cancelled or over: nothing was written.</summary>
    Fenced,
    /// <summary>No such job (any more).</summary>
    Unknown,
}
