using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Intake;

/// <summary>
/// Over which shards the requests of a lane go, and how much each may hold. A limit is split evenly, so a shard can admit
/// on its own what it stores, exactly and in one step; each share holds the largest request, so a small limit has
/// few shards. A tenant with a limit of its own keeps to as many shards as that limit fills.
/// </summary>
sealed class ShardPolicy
{
    /// <summary>The largest request: its share of bytes must hold it.</summary>
    public const long MinBytes = 2 << 20;

    readonly int _shards;
    readonly int _tenantShards;
    readonly bool _isTenantLimited;

    public ShardPolicy(AdmissionOptions options)
    {
        _shards = (int)Math.Clamp(
            Math.Min(options.LaneItems / Limits.MaxChunkItems, options.LaneBytes / MinBytes), 1, RequestId.Shards);
        _isTenantLimited = options.TenantItems is not null;
        _tenantShards = options.TenantItems is { } items ? (int)Math.Clamp(items / Limits.MaxChunkItems, 1, _shards) : _shards;
        Share = new(options.LaneItems / _shards, options.LaneBytes / _shards, options.TenantItems / _tenantShards);
    }

    /// <summary>Limits of one shard.</summary>
    public AdmissionLimits Share { get; }

    /// <summary>The shard for the next request: the one whose turn it is, so that those which arrive together share one,
    /// unless it is nearly full: then the emptiest.</summary>
    /// <param name="turn">Grows by one a turn.</param>
    /// <param name="held">Items of the lane in each of the 64 shards, as far as known.</param>
    public int Choose(string tenant, long turn, ReadOnlySpan<long> held)
    {
        var first = _isTenantLimited ? (int)(Fnv1a.Hash(tenant) & int.MaxValue) % _shards : 0;
        var preferred = (first + (int)(turn % _tenantShards)) % _shards;
        if (!IsNearlyFull(held[preferred]))
            return preferred;

        var emptiest = preferred;
        for (var i = 0; i < _tenantShards; i++)
        {
            var shard = (first + i) % _shards;
            if (held[shard] < held[emptiest])
                emptiest = shard;
        }

        return emptiest;
    }

    /// <summary>So that the next request may be refused: it is worth asking before the broker gets it.</summary>
    public bool IsNearlyFull(long held) => held >= Share.Items - Math.Max(Limits.MaxChunkItems, Share.Items / 4);
}
