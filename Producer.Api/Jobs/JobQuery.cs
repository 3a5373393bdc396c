using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Jobs;
using SkillAi.Queue.Producer.Problems;
using SkillAi.Queue.Producer.Requests;

namespace SkillAi.Queue.Producer.Jobs;

/// <summary>What the query of <c>POST /v1/jobs</c> says; the body holds nothing but items.</summary>
sealed record JobQuery(
    string Model, string? Version, TimeSpan? Deadline, TimeSpan Ttl, JobPriority Priority,
    Dictionary<string, string>? Metadata)
{
    const string MetadataPrefix = "metadata.";

    public static JobQuery Read(IQueryCollection query) => new(
        Fields.Name("model", Fields.Find(query, "model") ?? throw new ProblemException(Problem.Malformed("model", "is required"))),
        Fields.Find(query, "version") is { } version ? Fields.Name("version", version) : null,
        Fields.Find(query, "deadline_ms") is { } deadline ? Fields.Deadline(Fields.Number("deadline_ms", deadline)) : null,
        Fields.Find(query, "ttl_seconds") is { } ttl ? Fields.Ttl(Fields.Number("ttl_seconds", ttl)) : Limits.DefaultTtl,
        Fields.Find(query, "priority") is { } priority ? Fields.Priority(priority) : JobPriority.Normal,
        ReadMetadata(query));

    static Dictionary<string, string>? ReadMetadata(IQueryCollection query)
    {
        Dictionary<string, string>? metadata = null;
        foreach (var (name, values) in query)
        {
            if (name.StartsWith(MetadataPrefix, StringComparison.Ordinal))
                Fields.AddMetadata(metadata ??= [], name[MetadataPrefix.Length..], values.ToString());
        }

        return metadata;
    }
}
