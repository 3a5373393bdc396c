using System.Globalization;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Jobs;
using SkillAi.Queue.Producer.Problems;

namespace SkillAi.Queue.Producer.Requests;

/// <summary>Bounds of what callers may set, the same in a JSON body and in a query.</summary>
static class Fields
{
    const int MaxNameLength = 128;
    const int MaxMetadata = 16;
    const int MaxMetadataKey = 64;
    const int MaxMetadataValue = 512;
    const int DefaultPage = 20;
    const int MaxPage = 100;

    public static TimeSpan Deadline(long milliseconds) =>
        milliseconds >= 1 && milliseconds <= (long)Limits.MaxTtl.TotalMilliseconds
            ? TimeSpan.FromMilliseconds(milliseconds)
            : throw Invalid("deadline_ms", $"must be 1 to {(long)Limits.MaxTtl.TotalMilliseconds} (7 days)");

    public static TimeSpan Ttl(long seconds) =>
        seconds >= 1 && seconds <= (long)Limits.MaxTtl.TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw Invalid("ttl_seconds", $"must be 1 to {(long)Limits.MaxTtl.TotalSeconds} (7 days)");

    public static Lane Lane(string name) => name switch
    {
        "priority" => Contracts.Lane.Priority,
        "bulk" => Contracts.Lane.Bulk,
        _ => throw Invalid("lane", "must be 'priority' or 'bulk'"),
    };

    public static JobPriority Priority(string name) => name switch
    {
        "low" => JobPriority.Low,
        "normal" => JobPriority.Normal,
        "high" => JobPriority.High,
        _ => throw Invalid("priority", "must be 'low', 'normal' or 'high'"),
    };

    public static string Name(string field, string value) => value.Length is > 0 and <= MaxNameLength
        ? value
        : throw Invalid(field, $"must be 1 to {MaxNameLength} characters");

    /// <summary>A parameter of a query; the first where it is named more than once, null where it is not.</summary>
    public static string? Find(IQueryCollection query, string name) => query[name] is [{ } value, ..] ? value : null;

    /// <summary>How many entries of a list are asked for by <c>?limit=</c>, cut to what a page holds.</summary>
    public static int PageSize(IQueryCollection query) => query["limit"] is [{ Length: > 0 } text]
        ? (int)Math.Min(AtLeast(1, "limit", text), MaxPage)
        : DefaultPage;

    /// <summary>A whole number as a query spells it.</summary>
    public static long Number(string field, string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new ProblemException(Problem.Malformed(field, "must be a whole number"));

    public static long AtLeast(long least, string field, string text) =>
        Number(field, text) is var number && number >= least ? number : throw Invalid(field, $"must be at least {least}");

    public static void AddMetadata(Dictionary<string, string> metadata, string key, string value)
    {
        if (key.Length is 0 or > MaxMetadataKey)
            throw Invalid("metadata", $"must have keys of 1 to {MaxMetadataKey} characters");
        if (value.Length > MaxMetadataValue)
            throw Invalid("metadata", $"must have values of at most {MaxMetadataValue} characters");

        metadata[key] = value;
        if (metadata.Count > MaxMetadata)
            throw Invalid("metadata", $"must be at most {MaxMetadata} pairs");
    }

    static ProblemException Invalid(string field, string rule) => new(Problem.Invalid(field, rule));
}
