using System.Text.Json.Serialization;
using SkillAi.Queue.Contracts.Wire;

namespace SkillAi.Queue.Contracts.Models;

/// <summary>How a worker serves a version, as it told a few seconds ago.</summary>
/// <param name="Provider">What executes the model: <c>cpu</c>, <c>cuda</c>, <c>tensorrt</c> or <c>simulated</c>.</param>
public sealed record WorkerReport(
    string Worker, string Provider, DateTimeOffset ReportedAt, IReadOnlyList<LearnedPolicy> Devices);

/// <summary>What bounds the bulk runs of a device.</summary>
[JsonConverter(typeof(SnakeCaseEnum<PolicyMode>))]
public enum PolicyMode
{
    /// <summary>The priority lane is not served here: nothing but memory and the largest size.</summary>
    PureBulk,
    /// <summary>The quantum: a priority request that arrives just after a run's start is still in time.</summary>
    Quantum,
    /// <summary>Longer where that pays, and terminated when a priority request cannot wait.</summary>
    Terminate,
    /// <summary>Longer where that pays; a priority request that cannot wait runs beside.</summary>
    SecondStream,
}

/// <summary>What the batching policy of one device has learned about a version.</summary>
public sealed record LearnedPolicy
{
    public required PolicyMode Mode { get; init; }

    /// <summary>The longest run that is started now; null where nothing bounds it.</summary>
    public double? QuantumMs { get; init; }

    /// <summary>Items of a full bulk run of the shortest length.</summary>
    public required int TargetItems { get; init; }

    /// <summary>The memory bound in force for the shortest length.</summary>
    public required int MaxItems { get; init; }

    /// <summary>Priority items a second, lately.</summary>
    public required double PriorityPerSecond { get; init; }

    /// <summary>Time that priority items leave for waiting and running.</summary>
    public required double BudgetMs { get; init; }

    /// <summary>Kept free before a deadline.</summary>
    public required double MarginMs { get; init; }

    /// <summary>Planned from the end of a run until its answers are stored: the 90th percentile, or a quarter of the target.</summary>
    public double OutputMs { get; init; }

    /// <summary>A cautious run time is the predicted one times this.</summary>
    public required double Kappa { get; init; }

    /// <summary>How much slower the device is than at warm-up.</summary>
    public required double Drift { get; init; }

    /// <summary>Part of the device's time that went to bulk in the last ten seconds.</summary>
    public required double BulkShare { get; init; }

    /// <summary>Whether run times scatter too much to be planned with.</summary>
    public required bool IsUnpredictable { get; init; }

    /// <summary>Sizes that <see cref="Costs"/> are given for.</summary>
    public required IReadOnlyList<int> RunSizes { get; init; }

    /// <summary>One curve a padded length, shortest first.</summary>
    public required IReadOnlyList<CostCurveResource> Costs { get; init; }
}

/// <param name="Ms">What a run takes, one entry a size.</param>
public sealed record CostCurveResource(int Length, IReadOnlyList<double> Ms);
