using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Models;

namespace SkillAi.Queue.Producer.Scaling;

/// <summary>Items a second that the workers of a model can answer, from what their policies measured. At best: runs of
/// the best size and the shortest length, so that nobody is refused who could have been served.</summary>
static class Capacity
{
    public static double PerSecond(IEnumerable<WorkerReport> workers, Lane lane) =>
        workers.SelectMany(worker => worker.Devices).Sum(device => Best(device) * Share(device, lane));

    /// <summary>The priority lane goes first; bulk has what it was given lately.</summary>
    static double Share(LearnedPolicy device, Lane lane) => lane == Lane.Bulk ? device.BulkShare
        : device.Mode == PolicyMode.PureBulk ? 0 : 1;

    static double Best(LearnedPolicy device)
    {
        if (device.Costs is not [var shortest, ..])
            return 0;

        var best = device.RunSizes.Zip(shortest.Ms).Where(cost => cost.Second > 0).Select(cost => cost.First / cost.Second);
        return 1000 * best.DefaultIfEmpty().Max() / Math.Max(1, device.Drift);
    }
}
