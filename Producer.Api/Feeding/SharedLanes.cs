using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Broker;

namespace SkillAi.Queue.Producer.Feeding;

/// <summary>Counts the workers of lanes that jobs share: their window is never smaller than what workers hold.</summary>
sealed class SharedLanes(IChunkPublisher broker)
{
    public async Task LookAsync(IEnumerable<LaneFeed> lanes, CancellationToken cancellationToken)
    {
        foreach (var lane in lanes.Where(lane => lane.IsShared))
        {
            if (await broker.FindDepthAsync(lane.Model, Lane.Bulk, cancellationToken) is { } depth)
                lane.Workers = depth.Consumers;
        }
    }
}
