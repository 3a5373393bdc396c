using System.Text.Json.Serialization;
using SkillAi.Queue.Contracts.Wire;

namespace SkillAi.Queue.Contracts.Jobs;

/// <summary>A job's share among the jobs of its tenant. Lower ones are slower and never stand still.</summary>
[JsonConverter(typeof(SnakeCaseEnum<JobPriority>))]
public enum JobPriority
{
    Normal,
    Low,
    High,
}
