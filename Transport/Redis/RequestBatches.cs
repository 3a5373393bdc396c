using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>Cuts many requests into script calls. A script may touch the keys of one slot only in a cluster, and any
/// keys elsewhere; it holds up every other command while it runs, so that it never takes too many.</summary>
static class RequestBatches
{
    const int MaxRequests = 64;

    /// <summary>Positions of the requests of each call; all of them, each once.</summary>
    public static IEnumerable<int[]> Cut(IReadOnlyList<string> ids, bool isCluster)
    {
        var positions = Enumerable.Range(0, ids.Count);
        return isCluster
            ? positions.GroupBy(i => Keys.Shard(ids[i])).SelectMany(shard => shard.Chunk(MaxRequests))
            : positions.Chunk(MaxRequests);
    }
}
