using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Producer.Requests;

/// <summary>A request as its caller wrote it, checked; not yet accepted.</summary>
sealed class Submission
{
    public required string Model { get; init; }
    public string? Version { get; init; }

    /// <summary>The items, one line each, otherwise byte for byte as sent.</summary>
    public required ReadOnlyMemory<byte> Lines { get; init; }

    public required int Items { get; init; }
    public Lane Lane { get; init; }
    public TimeSpan? Deadline { get; init; }
    public TimeSpan Ttl { get; init; } = Limits.DefaultTtl;
    public Dictionary<string, string>? Metadata { get; init; }
}
