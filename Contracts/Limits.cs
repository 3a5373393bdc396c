namespace SkillAi.Queue.Contracts;

/// <summary>Bounds that intake, transport and workers agree on.</summary>
public static class Limits
{
    /// <summary>Most items in a chunk, and so in a request.</summary>
    public const int MaxChunkItems = 256;

    /// <summary>Items after which a job's chunk is cut.</summary>
    public const int JobChunkItems = 128;

    /// <summary>Bytes of item lines after which a chunk is cut. A single larger item makes a chunk of its own.</summary>
    public const int MaxChunkBytes = 256 * 1024;

    /// <summary>Largest item line. A larger request is refused, a larger line of a job fails alone.</summary>
    public const int MaxItemBytes = 1024 * 1024;

    public static readonly TimeSpan DefaultTtl = TimeSpan.FromHours(24);

    public static readonly TimeSpan MaxTtl = TimeSpan.FromDays(7);

    /// <summary>How long after a result is gone its id still answers 410 rather than 404.</summary>
    public static readonly TimeSpan TombstoneTtl = TimeSpan.FromHours(24);

    /// <summary>How long a dead letter is kept.</summary>
    public static readonly TimeSpan DeadLetterTtl = TimeSpan.FromDays(7);

    /// <summary>Longest that a caller may wait in one HTTP request.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(60);
}
