using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>What of a chunk belongs together: one request, or all of it for a job.</summary>
/// <param name="id">Of the request or job: what a cancellation names.</param>
/// <param name="due">When it is to be answered, as time since the worker's start.</param>
/// <param name="isHard">Whether its result is worthless after that. A lane's target is no such deadline.</param>
sealed class Part(string id, int first, int count, DateTimeOffset enqueuedAt, TimeSpan due, bool isHard, string? replyTo)
{
    RunRecord? _run;

    public string Id => id;
    public int First => first;
    public int Count => count;
    public DateTimeOffset EnqueuedAt => enqueuedAt;
    public TimeSpan Due => due;
    public bool IsHard => isHard;
    public string? ReplyTo => replyTo;

    /// <summary>How long the result is kept.</summary>
    public TimeSpan Ttl { get; init; } = Limits.DefaultTtl;

    /// <summary>W3C trace context of whoever submitted it.</summary>
    public string? Traceparent { get; init; }

    /// <summary>The last run that answered one of its items.</summary>
    public RunRecord? Run
    {
        get => Volatile.Read(ref _run);
        set => Volatile.Write(ref _run, value);
    }

    /// <summary>How its items ended, once they have and their results are written.</summary>
    public OutcomeCounts Counts { get; set; }

    public bool IsExpired(TimeSpan now) => isHard && due <= now;
}
