namespace SkillAi.Queue.Producer.Intake;

/// <summary>Ids sort by time, carry their kind in front and are safe in a URL, a file name and a Redis hash tag.</summary>
static class Ids
{
    const int MaxLength = 64;

    const string JobPrefix = "job_";

    public static string NewJob(DateTimeOffset now) => JobPrefix + Guid.CreateVersion7(now).ToString("N");

    /// <summary>Whether it has the form of a job's id.</summary>
    public static bool IsJob(string id) =>
        id.StartsWith(JobPrefix, StringComparison.Ordinal) && Guid.TryParseExact(id.AsSpan(JobPrefix.Length), "N", out _);

    /// <summary>Whether it can be an id at all; what cannot is not looked up.</summary>
    public static bool IsPlausible(string? id) =>
        id is { Length: > 0 and <= MaxLength } && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');
}
