using Microsoft.Extensions.Time.Testing;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Producer.Intake;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Unit.Producer;

/// <summary>What is refused without asking the store. The lane's limit of 300 items is one shard.</summary>
public sealed class LaneShardsTests
{
    readonly FakeTimeProvider _time = new();
    readonly LaneShards _shards;

    public LaneShardsTests() => _shards = new(new() { LaneItems = 300 }, _time);

    [Fact]
    public void What_does_not_fit_by_the_last_count_is_refused_and_what_does_is_not()
    {
        _shards.Saw(Request(200), new(Admission.Admitted, Held: 290));

        Assert.Equal(Admission.LaneFull, _shards.FindRefusal(Request(11)));
        Assert.Null(_shards.FindRefusal(Request(10)));
        Assert.Null(_shards.FindRefusal(Request(11) with { Lane = Lane.Priority }));
    }

    [Fact]
    public void Of_those_refused_one_asks_every_tenth_of_a_second()
    {
        _shards.Saw(Request(200), new(Admission.Admitted, Held: 300));

        var asked = 0;
        for (var ms = 0; ms < 500; ms++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            asked += _shards.FindRefusal(Request(1)) is null ? 1 : 0;
        }

        Assert.Equal(5, asked);
    }

    [Fact]
    public void The_answer_to_that_ends_it()
    {
        _shards.Saw(Request(200), new(Admission.Admitted, Held: 300));

        _shards.Saw(Request(1), new(Admission.Admitted, Held: 41));

        Assert.Null(_shards.FindRefusal(Request(200)));
    }

    [Fact]
    public void A_count_of_long_ago_refuses_nobody()
    {
        _shards.Saw(Request(200), new(Admission.Admitted, Held: 300));

        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.Null(_shards.FindRefusal(Request(1)));
        Assert.Null(_shards.FindRefusal(Request(1)));
    }

    [Fact]
    public void Want_of_bytes_refuses_those_who_want_no_less()
    {
        _shards.Saw(Request(2, bytes: 1000), new(Admission.LaneFull, Held: 10));

        Assert.Equal(Admission.LaneFull, _shards.FindRefusal(Request(2, bytes: 1000)));
        Assert.Null(_shards.FindRefusal(Request(2, bytes: 999)));
    }

    [Fact]
    public void A_tenants_spent_share_refuses_that_tenant_only()
    {
        _shards.Saw(Request(2) with { Tenant = "spent" }, new(Admission.TenantFull, Held: 10));

        Assert.Equal(Admission.TenantFull, _shards.FindRefusal(Request(2) with { Tenant = "spent" }));
        Assert.Null(_shards.FindRefusal(Request(2) with { Tenant = "other" }));
    }

    RequestRecord Request(int items, int bytes = 100) => new()
    {
        Id = RequestId.New(_time.GetUtcNow(), shard: 0),
        Model = "m",
        Version = "1",
        Lane = Lane.Bulk,
        Items = items,
        Input = new byte[bytes],
        CreatedAt = _time.GetUtcNow(),
        Ttl = Limits.DefaultTtl,
    };
}
