using System.Collections.Concurrent;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Intake;

/// <summary>Chooses shards by what the store last said about each, and knows from that what it would refuse. What is
/// older than a second counts as nothing: then the shard is tried again.</summary>
sealed class LaneShards(AdmissionOptions options, TimeProvider time)
{
    static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(64);
    static readonly TimeSpan Memory = TimeSpan.FromSeconds(1);

    /// <summary>So often one of those that a shard would refuse asks it all the same: room comes back while it drains.</summary>
    static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(100);

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

    /// <summary>The verdict on a request that need not be asked for. In a full lane most would otherwise stand in line for
    /// what is known, and make those wait that have a chance.</summary>
    public Admission? FindRefusal(RequestRecord request)
    {
        ref var place = ref Of(request.Model, request.Lane)[RequestId.Shard(request.Id)];
        var shard = Volatile.Read(ref place);
        if (shard is null || IsOld(shard) || shard.Verdict(request, Share) is not { } refusal)
            return null;

        var asks = time.GetElapsedTime(shard.Asked) >= AskEvery
            && ReferenceEquals(Interlocked.CompareExchange(ref place, shard with { Asked = time.GetTimestamp() }, shard), shard);
        return asks ? null : refusal;
    }

    public void Saw(RequestRecord request, in AdmissionAnswer answer)
    {
        var now = time.GetTimestamp();
        Of(request.Model, request.Lane)[RequestId.Shard(request.Id)] = new(
            answer.Held, now, now, answer.Verdict == Admission.Admitted ? null : new(answer.Verdict, request));
    }

    Shard[] Of(string model, Lane lane) => _lanes.GetOrAdd((model, lane), static _ => new Shard[RequestId.Shards]);

    long Held(Shard? shard) => shard is null || IsOld(shard) ? 0 : shard.Held;

    bool IsOld(Shard shard) => time.GetElapsedTime(shard.Seen) > Memory;

    /// <summary>Replaced as a whole, so that readers need no lock.</summary>
    /// <param name="Seen">When the store said so.</param>
    /// <param name="Asked">When somebody last set out to ask it, as far as that was to find out whether it still refuses.</param>
    sealed record Shard(long Held, long Seen, long Asked, Refusal? Last)
    {
        // Where tenants have limits a shard may be full of one: only the store can tell whether that is the one who asks.
        public Admission? Verdict(RequestRecord request, AdmissionLimits share) =>
            Last is { } last && last.Covers(request) ? last.Verdict
            : Held + request.Items > share.Items && (share.TenantItems is null || Last?.Verdict == Admission.LaneFull)
                ? Admission.LaneFull
            : null;
    }

    /// <summary>What the store refused last, for want of bytes or because of a tenant's share.</summary>
    sealed record Refusal(Admission Verdict, string Tenant, int Items, int Bytes)
    {
        public Refusal(Admission verdict, RequestRecord request)
            : this(verdict, request.Tenant, request.Items, request.Input.Length)
        {
        }

        public bool Covers(RequestRecord request) =>
            request.Items >= Items && request.Input.Length >= Bytes
            && (Verdict == Admission.LaneFull || request.Tenant == Tenant);
    }
}
