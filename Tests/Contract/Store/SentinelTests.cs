using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Redis;
using StackExchange.Redis;

namespace SkillAi.Queue.Tests.Contract.Store;

/// <summary>A Redis whose place a replica takes.</summary>
public sealed class SentinelTests
{
    [Fact]
    public async Task After_a_failover_the_replica_is_written_to_and_has_what_was_stored()
    {
        await using var servers = await RedisSentinels.StartNewAsync();
        await using var redis = new RedisConnection(servers.ConnectionString);
        var store = new RequestStore(redis, TimeProvider.System);
        var before = Record();
        await Eventually.IsTrueAsync(() => IsStoredAsync(store, before));
        await ReplicatedAsync(servers.Primary);

        await servers.Primary.KillAsync();

        var after = Record();
        await Eventually.IsTrueAsync(() => IsStoredAsync(store, after));
        Assert.NotNull((await store.FindAsync(before.Id)).Found);
        await using var replica = new RedisConnection(servers.Replica.ConnectionString);
        Assert.NotNull((await new RequestStore(replica, TimeProvider.System).FindAsync(after.Id)).Found);
    }

    [Fact]
    public async Task Sentinels_may_come_after_us()
    {
        await using var servers = await RedisSentinels.StartNewAsync();
        await servers.StopSentinelsAsync();
        await using var redis = new RedisConnection(servers.ConnectionString);
        var store = new RequestStore(redis, TimeProvider.System);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.CreateAsync([Record()]));

        await servers.StartSentinelsAsync();

        await Eventually.IsTrueAsync(() => IsStoredAsync(store, Record()));
    }

    static async Task<bool> IsStoredAsync(RequestStore store, RequestRecord record)
    {
        try
        {
            await store.CreateAsync([record]);
            return true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    /// <summary>Replication lags; what is lost by that is not what this is about.</summary>
    static async Task ReplicatedAsync(RedisServer primary)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync(primary.ConnectionString);
        await Eventually.IsTrueAsync(async () => (long)await connection.GetDatabase().ExecuteAsync("WAIT", "1", "100") == 1);
    }

    static RequestRecord Record() => Samples.Request(TimeProvider.System.GetUtcNow(), shard: 7);
}
