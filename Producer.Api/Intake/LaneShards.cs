using System.Collections.Concurrent;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Intake;

/// <summary>Chooses shards by what the store last said about each. What is older than a second counts as nothing: then
/// the shard is tried again.</summary>
sealed class LaneShards(AdmissionOptions options, TimeProvider time)
{
    static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(64);
    static readonly TimeSpan Memory = TimeSpan.FromSeconds(1);

    readonly ShardPolicy _policy = new(options);
    readonly ConcurrentDictionary<(string Model, Lane Lane), Shard[]> _lanes = new();

    // Instances begin their turns at different shards.
    readonly int _offset = Guid.NewGuid().GetHashCode() & (RequestId.Shards - 1);

    public AdmissionLimits Share => _policy.Share;

    public int Choose(string model, Lane lane, string tenant)
    {
        Span<long> held = stackalloc long[RequestId.Shards];
        var shards = Of(model, lane);
        for (var i = 0; i < held.Length; i++)
            held[i] = Held(shards[i]);

        return _policy.Choose(tenant, (time.GetUtcNow().ToUnixTimeMilliseconds() / (long)Turn.TotalMilliseconds) + _offset, held);
    }

    public bool IsNearlyFull(RequestRecord request) =>
        _policy.IsNearlyFull(Held(Of(request.Model, request.Lane)[RequestId.Shard(request.Id)]));

    public void Saw(RequestRecord request, long held) =>
        Of(request.Model, request.Lane)[RequestId.Shard(request.Id)] = new(held, time.GetTimestamp());

    Shard[] Of(string model, Lane lane) => _lanes.GetOrAdd((model, lane), static _ => new Shard[RequestId.Shards]);

    long Held(Shard? shard) => shard is null || time.GetElapsedTime(shard.Seen) > Memory ? 0 : shard.Held;

    /// <summary>Replaced as a whole, so that readers need no lock.</summary>
    sealed record Shard(long Held, long Seen);
}
