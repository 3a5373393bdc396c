namespace SkillAi.Queue.Bench.Scaling;

/// <summary>One line of an autoscaler's <c>policies</c>: at most that many pods, or that share of them, in a period.</summary>
readonly record struct ScalePolicy(bool IsPercent, int Value, int PeriodSeconds);

/// <summary>One direction of an autoscaler's <c>behavior</c>.</summary>
sealed record ScaleRules(int WindowSeconds, bool SelectsMost, IReadOnlyList<ScalePolicy> Policies);

/// <summary>What a trigger measures.</summary>
enum TriggerSignal
{
    /// <summary>Items a second that arrive, over the last minute.</summary>
    ArrivalRate,

    /// <summary>Items that wait.</summary>
    Backlog,
}

/// <summary>A trigger of type AverageValue: one pod for each <paramref name="Target"/> of the signal.</summary>
readonly record struct Trigger(TriggerSignal Signal, double Target);

/// <summary>Everything of a ScaledObject that decides how many pods there are.</summary>
sealed record PoolScaling(
    int MinReplicas, int MaxReplicas, ScaleRules Up, ScaleRules Down, IReadOnlyList<Trigger> Triggers)
{
    /// <summary>How often KEDA looks while there is no pod.</summary>
    public int PollingSeconds { get; init; } = 10;
}
