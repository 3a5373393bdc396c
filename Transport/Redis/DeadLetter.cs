using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>What the system gave up on, with all that is needed to try it again.</summary>
public sealed record DeadLetter
{
    public required string Id { get; init; }
    public required string Reason { get; init; }
    public required string Message { get; init; }
    public required string Model { get; init; }
    public required string Version { get; init; }
    public required Lane Lane { get; init; }
    public required string Tenant { get; init; }

    /// <summary>The job it belongs to, and the position of its chunk there; null for a request's.</summary>
    public string? Job { get; init; }

    public int Chunk { get; init; }
    public string? Request { get; init; }

    /// <summary>Position of the item in its job or request; null for a whole chunk.</summary>
    public long? Index { get; init; }

    public required int Items { get; init; }
    public required int Attempts { get; init; }
    public required string Sha256 { get; init; }
    public required int Bytes { get; init; }

    /// <summary>The item line, or the body of the chunk as it came; empty where it was not asked for.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    public required DateTimeOffset FailedAt { get; init; }
    public DateTimeOffset? ReplayingSince { get; init; }

    /// <summary>The same item has the same letter, however often it is delivered.</summary>
    public static string IdOf(string work, long index) => $"dead_{work}_{index}";

    /// <summary>The same for a chunk that cannot be read; requests name it by the first of them.</summary>
    public static string IdOfChunk(string work, int chunk) => $"dead_{work}_c{chunk}";
}

/// <summary>A page of letters without their payloads.</summary>
/// <param name="Next">Where to go on; null at the end.</param>
public sealed record DeadLetterPage(IReadOnlyList<DeadLetter> Letters, DeadLetterCursor? Next);

/// <summary>A place in the list of letters: behind the one that failed then and has this id.</summary>
public readonly record struct DeadLetterCursor(long FailedAt, string Id)
{
    public override string ToString() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"{FailedAt}.{Id}");

    public static DeadLetterCursor? TryParse(string text) =>
        text.IndexOf('.', StringComparison.Ordinal) is var dot and > 0
        && long.TryParse(text.AsSpan(0, dot), System.Globalization.NumberStyles.None,
            System.Globalization.CultureInfo.InvariantCulture, out var failedAt)
            ? new(failedAt, text[(dot + 1)..])
            : null;
}

/// <summary>What storing letters did.</summary>
/// <param name="IsNew">For each, whether it was not there before.</param>
/// <param name="Dropped">Older letters that had to make room.</param>
public sealed record BurialOutcome(IReadOnlyList<bool> IsNew, int Dropped);

public enum ClaimOutcome
{
    Unknown,
    Claimed,
    /// <summary>A replay of it is under way.</summary>
    UnderWay,
}
