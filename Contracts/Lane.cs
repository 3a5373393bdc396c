using System.Text.Json.Serialization;
using SkillAi.Queue.Contracts.Wire;

namespace SkillAi.Queue.Contracts;

/// <summary>An independent queue with limits and a promise of its own: <c>priority</c> answers within its latency
/// target, <c>bulk</c> within the throughput of the device.</summary>
[JsonConverter(typeof(SnakeCaseEnum<Lane>))]
public enum Lane
{
    Priority,
    Bulk,
}

public static class LaneNames
{
    /// <summary>The lane as it is written in queue names, headers, labels and JSON.</summary>
    public static string Name(this Lane lane) => lane == Lane.Priority ? "priority" : "bulk";

    public static Lane Parse(string name) => name switch
    {
        "priority" => Lane.Priority,
        "bulk" => Lane.Bulk,
        _ => throw new FormatException($"'{name}' is not a lane; lanes are 'priority' and 'bulk'."),
    };
}
