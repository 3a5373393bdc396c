using SkillAi.Queue.Contracts.Jobs;

namespace SkillAi.Queue.Contracts.Events;

/// <summary>A job has reached its terminal state. At most a hint: the state is in the store. Told once, and again when
/// whoever told it died before it had noted so.</summary>
public sealed record JobFinished(string Job, JobState State, long Answered, DateTimeOffset FinishedAt)
{
    /// <summary>The same every time it is told: a job has one terminal transition.</summary>
    public string EventId => $"evt_{Job}_{State.ToString().ToLowerInvariant()}";
}

/// <summary>A request or a job was cancelled: work on it that has not begun is not worth beginning.</summary>
public sealed record WorkCancelled(string Id);
