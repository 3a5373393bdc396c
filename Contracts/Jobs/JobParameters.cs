namespace SkillAi.Queue.Contracts.Jobs;

/// <summary>What is said of a job besides its items.</summary>
/// <param name="Version">Null: the newest.</param>
/// <param name="IsGzip">Whether the body is gzip-compressed.</param>
/// <param name="IdempotencyKey">Makes sending it again safe; null: each time is another job.</param>
public sealed record JobParameters(
    string Model, string? Version = null, JobPriority Priority = JobPriority.Normal, bool IsGzip = false,
    string? IdempotencyKey = null);
