using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Intake;

/// <summary>
/// Over which shards the requests of a lane go, and how much each may hold. A limit is split evenly, so a shard can admit
/// on its own what it stores, exactly and in one step; each share holds the largest request, so a small limit has
/// few shards. A tenant with a limit of its own keeps to as many shards as that limit fills.
/// </summary>
sealed class ShardPolicy(AdmissionOptions options)
{
    /// <summary>The largest request: its share of bytes must hold it.</summary>
    public const long MinBytes = 2 << 20;

    readonly int _shards = (int)Math.Clamp(
        Math.Min(options.LaneItems / Limits.MaxChunkItems, options.LaneBytes / MinBytes), 1, RequestId.Shards);

    int TenantShards => options.TenantItems is { } items
        ? (int)Math.Clamp(items / Limits.MaxChunkItems, 1, _shards)
        : _shards;

    /// <summary>Limits of one shard.</summary>
    public AdmissionLimits Share => new(
        options.LaneItems / _shards, options.LaneBytes / _shards, options.TenantItems / TenantShards);

    /// <summary>The shard for the next request: the one whose turn it is, so that those which arrive together share one,
    /// unless it is nearly full: then the emptiest.</summary>
    /// <param name="turn">Grows by one a turn.</param>
    /// <param name="held">Items of the lane in each of the 64 shards, as far as known.</param>
    public int Choose(string tenant, long turn, ReadOnlySpan<long> held)
    {
        var first = options.TenantItems is null ? 0 : Hash(tenant) % _shards;
        var preferred = (first + (int)(turn % TenantShards)) % _shards;
        if (!IsNearlyFull(held[preferred]))
            return preferred;

        var emptiest = preferred;
        for (var i = 0; i < TenantShards; i++)
        {
            var shard = (first + i) % _shards;
            if (held[shard] < held[emptiest])
                emptiest = shard;
        }

        return emptiest;
    }

    /// <summary>So that the next request may be refused: it is worth asking before the broker gets it.</summary>
    public bool IsNearlyFull(long held) => held >= Share.Items - Math.Max(Limits.MaxChunkItems, Share.Items / 4);

    static int Hash(string tenant)
    {
        // FNV-1a: the same in every instance.
        var hash = 2166136261u;
        foreach (var c in tenant)
            hash = (hash ^ c) * 16777619u;

        return (int)(hash & int.MaxValue);
    }
}
