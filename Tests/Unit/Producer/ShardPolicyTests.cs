using SkillAi.Queue.Contracts;
using SkillAi.Queue.Producer.Intake;

namespace SkillAi.Queue.Tests.Unit.Producer;

public sealed class ShardPolicyTests
{
    [Theory]
    [InlineData(1_000_000, 1L << 30, 64)]
    [InlineData(10_000, 1L << 30, 39)]
    [InlineData(256, 1L << 30, 1)]
    [InlineData(1_000_000, 5L << 20, 2)]
    public void Shares_add_up_to_no_more_than_the_limit_and_hold_the_largest_request(long items, long bytes, int shards)
    {
        var policy = new ShardPolicy(new() { LaneItems = items, LaneBytes = bytes });

        Assert.InRange(policy.Share.Items * shards, items - shards, items);
        Assert.InRange(policy.Share.Bytes * shards, bytes - shards, bytes);
        Assert.True(policy.Share.Items >= Limits.MaxChunkItems);
        Assert.True(policy.Share.Bytes >= ShardPolicy.MinBytes);
        Assert.Equal(shards, Enumerable.Range(0, 200).Select(turn => policy.Choose("t", turn, new long[64])).Distinct().Count());
    }

    [Fact]
    public void Requests_of_one_turn_share_a_shard()
    {
        var policy = new ShardPolicy(new());

        Assert.Equal(policy.Choose("a", 7, new long[64]), policy.Choose("b", 7, new long[64]));
        Assert.NotEqual(policy.Choose("a", 7, new long[64]), policy.Choose("a", 8, new long[64]));
    }

    [Fact]
    public void A_shard_that_is_nearly_full_is_passed_over_for_the_emptiest()
    {
        var policy = new ShardPolicy(new() { LaneItems = 64_000 });
        var held = Enumerable.Repeat(900L, 64).ToArray();
        held[11] = 10;
        held[5] = 700;

        Assert.Equal(11, policy.Choose("t", 3, held));
        Assert.Equal(5, policy.Choose("t", 5, held));
        Assert.True(policy.IsNearlyFull(900));
        Assert.False(policy.IsNearlyFull(700));
    }

    [Fact]
    public void A_tenant_with_a_limit_keeps_to_shards_whose_shares_add_up_to_it()
    {
        var policy = new ShardPolicy(new() { LaneItems = 64_000, TenantItems = 1_000 });

        var shards = Enumerable.Range(0, 200).Select(turn => policy.Choose("acme", turn, new long[64])).Distinct().ToArray();

        Assert.Equal(3, shards.Length);
        Assert.InRange(policy.Share.TenantItems!.Value * shards.Length, 256, 1_000);
        Assert.NotEqual(shards.Order(), Enumerable.Range(0, 200).Select(turn => policy.Choose("other", turn, new long[64])).Distinct().Order());
    }
}
