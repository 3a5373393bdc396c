using System.Text.Json.Serialization;
using SkillAi.Queue.Contracts.Wire;

namespace SkillAi.Queue.Contracts.Jobs;

[JsonConverter(typeof(SnakeCaseEnum<JobState>))]
public enum JobState
{
    /// <summary>The body is still arriving; chunks that are here are already being worked on.</summary>
    Receiving,
    Running,
    Paused,
    Cancelling,
    /// <summary>Every item is answered, none too late; the counts tell how.</summary>
    Succeeded,
    Cancelled,
    /// <summary>The input was unusable or incomplete.</summary>
    Failed,
    /// <summary>Its deadline came first for at least one item.</summary>
    Expired,
}

public static class JobStates
{
    public static bool IsTerminal(this JobState state) => state >= JobState.Succeeded;
}

/// <summary>A job as every route shows it.</summary>
public sealed record JobResource
{
    public required string Id { get; init; }
    public required JobState State { get; init; }

    /// <summary>Why the job failed; null otherwise.</summary>
    public string? Error { get; init; }

    public required string Model { get; init; }
    public required string Version { get; init; }
    public JobPriority Priority { get; init; }
    public required JobCounts Counts { get; init; }

    /// <summary>Items that succeeded or failed a second, from the first answers, which do not count, to the last ones;
    /// where that is less than a second, from the job's creation on.</summary>
    public double Throughput { get; init; }

    /// <summary>Seconds until the last item at that rate; null while receiving or before anything is known.</summary>
    public double? EtaSeconds { get; init; }

    /// <summary>Mean, over the items that ran, of the size of the run that answered each; null when none has.</summary>
    public double? MeanRunSize { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? FinishedAt { get; init; }
    public DateTimeOffset? DeadlineAt { get; init; }
    public DateTimeOffset? ExpiresAt { get; init; }
    public Dictionary<string, string>? Metadata { get; init; }
}

/// <summary>Items of a job. <c>Pending</c> and the four outcomes always add up to <c>Total</c>, or, while that is
/// null because the body still arrives, to <c>Received</c>.</summary>
public sealed record JobCounts(
    long? Total, long Received, long Pending, long Succeeded, long Failed, long Cancelled, long Expired);

/// <summary>A page of jobs, newest first.</summary>
public sealed record JobList(IReadOnlyList<JobResource> Data, string? Next);
