using SkillAi.Queue.Contracts.Models;
using SkillAi.Queue.Worker.Batching;
using SkillAi.Queue.Worker.Pipeline;

namespace SkillAi.Queue.Worker.Hosting;

/// <summary>What a worker tells about a version: the state of its policies, in the words of the API.</summary>
static class LearnedReport
{
    public static WorkerReport Create(
        string worker, ServedModel model, IReadOnlyList<PolicyState> devices, DateTimeOffset now) =>
        new(worker, model.Slot.Provider, now, [.. devices.Select(state => Create(state, model.Lengths))]);

    static LearnedPolicy Create(PolicyState state, LengthBuckets lengths) => new()
    {
        Mode = Mode(state),
        QuantumMs = state.ServesUrgent ? Ms(state.Quantum) : null,
        TargetItems = state.TargetItems,
        MaxItems = state.MaxItems,
        PriorityPerSecond = Rounded(state.UrgentRate),
        BudgetMs = Ms(state.Budget),
        MarginMs = Ms(state.Margin),
        OutputMs = Ms(state.OutputTime),
        Kappa = Rounded(state.Kappa),
        Drift = Rounded(state.Drift),
        BulkShare = Rounded(state.BulkShare),
        IsUnpredictable = state.IsUnpredictable,
        RunSizes = state.RunSizes,
        Costs = [.. state.CostMilliseconds.Select((curve, bucket) =>
            new CostCurveResource(lengths[bucket], [.. curve.Select(Rounded)]))],
    };

    static PolicyMode Mode(PolicyState state) => state switch
    {
        { ServesUrgent: false } => PolicyMode.PureBulk,
        { WayOut: WayOut.Terminate } => PolicyMode.Terminate,
        { WayOut: WayOut.SecondStream } => PolicyMode.SecondStream,
        _ => PolicyMode.Quantum,
    };

    static double Ms(TimeSpan span) => Rounded(span.TotalMilliseconds);

    static double Rounded(double value) => Math.Round(value, 3);
}
