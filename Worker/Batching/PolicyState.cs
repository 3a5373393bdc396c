namespace SkillAi.Queue.Worker.Batching;

/// <summary>What a policy has learned, for metrics and for GET /v1/models/{name}.</summary>
/// <param name="Quantum">The longest run it starts now.</param>
/// <param name="TargetItems">Items of a full bulk run of the shortest length within that.</param>
/// <param name="MaxItems">The memory bound in force for the shortest length.</param>
/// <param name="UrgentRate">Priority items a second.</param>
/// <param name="Budget">Time that priority items leave for waiting and running.</param>
/// <param name="Margin">What is kept free before a deadline.</param>
/// <param name="BulkShare">Part of the device's time that went to bulk in the last ten seconds.</param>
/// <param name="RunSizes">The rungs that <paramref name="CostMilliseconds"/> is given for.</param>
/// <param name="CostMilliseconds">One curve a length bucket, shortest first.</param>
public sealed record PolicyState(
    TimeSpan Quantum, int TargetItems, int MaxItems, double UrgentRate, TimeSpan Budget, TimeSpan Margin,
    double Kappa, double Drift, double BulkShare, bool IsUnpredictable,
    IReadOnlyList<int> RunSizes, IReadOnlyList<double[]> CostMilliseconds)
{
    /// <summary>What is planned from the end of a run until its answers have left.</summary>
    public required TimeSpan OutputTime { get; init; }

    /// <summary>Whether the priority lane is served: if not, nothing bounds a run.</summary>
    public required bool ServesUrgent { get; init; }

    /// <summary>How runs beyond the quantum are left again.</summary>
    public required WayOut WayOut { get; init; }
}
