using SkillAi.Queue.Contracts.Requests;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>Cuts many requests into script calls. A script stays within a shard, whose keys a cluster keeps in one slot;
/// it holds up every other command while it runs, so that it never takes too many.</summary>
static class RequestBatches
{
    const int MaxRequests = 128;

    /// <summary>Positions of the requests of each call; all of them, each once.</summary>
    public static IEnumerable<int[]> Cut(IReadOnlyList<string> ids) => Enumerable.Range(0, ids.Count)
        .GroupBy(i => RequestId.Shard(ids[i]))
        .SelectMany(shard => shard.Chunk(MaxRequests));
}
