using Microsoft.Extensions.Diagnostics.HealthChecks;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Redis;
using StackExchange.Redis;

namespace SkillAi.Queue.Tests.Contract.Store;

/// <summary>Redis comes late, goes away, hangs and comes back.</summary>
public sealed class StoreOutageTests : IAsyncLifetime
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    static readonly string Nobody = RequestId.New(DateTimeOffset.UnixEpoch, shard: 0);

    readonly RedisServer _server = RedisServer.Create();
    readonly RedisConnection _redis;

    public StoreOutageTests() => _redis = new(_server.ConnectionString);

    RequestStore Requests => new(_redis, TimeProvider.System);

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _redis.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task A_store_that_comes_late_is_used_when_it_comes()
    {
        await using var wakeUps = new WakeUps(_redis);
        var away = await Assert.ThrowsAsync<StoreUnavailableException>(() => Requests.FindAsync(Nobody));
        Assert.Contains(_server.ConnectionString, away.Message, StringComparison.Ordinal);
        Assert.Equal(HealthStatus.Unhealthy, (await CheckHealthAsync()).Status);
        await wakeUps.StartAsync();

        await StartAsync();

        Assert.Equal(HealthStatus.Healthy, (await CheckHealthAsync()).Status);
        await AssertWokenAsync(wakeUps);
    }

    [Fact]
    public async Task Waiters_survive_a_restart()
    {
        await StartAsync();
        await using var wakeUps = new WakeUps(_redis);
        await wakeUps.StartAsync();
        var before = Record(wakeUps.Instance);
        await Requests.CreateAsync([before]);
        using var ticket = wakeUps.Expect(before.Id);

        await _server.KillAsync();
        await Eventually.IsTrueAsync(() => !_redis.IsConnected);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => Requests.FindAsync(before.Id));
        await StartAsync();

        // Told to look, since an announcement may have been lost; and what was stored is there.
        Assert.Null(await ticket.Ended.WaitAsync(Patience, TimeProvider.System, TestContext.Current.CancellationToken));
        Assert.Equal(RequestState.Queued, (await Requests.FindAsync(before.Id)).Found!.State);
        await AssertWokenAsync(wakeUps);
    }

    [Fact]
    public async Task Scripts_that_the_server_forgot_are_sent_again()
    {
        await StartAsync();
        var record = Record(replyTo: null);
        await Requests.CreateAsync([record]);

        await _redis.Database.ExecuteAsync("SCRIPT", "FLUSH");
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Requests.CreateAsync([Record(replyTo: null)])));

        Assert.Equal(21, (await Requests.BacklogAsync())[("m", Lane.Priority)]);
    }

    [Fact]
    public async Task A_store_that_hangs_is_given_up_in_seconds()
    {
        await StartAsync();
        _server.Freeze();
        var started = TimeProvider.System.GetTimestamp();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => Requests.FindAsync(Nobody));

        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(15));
        _server.Thaw();
        await Eventually.IsTrueAsync(async () =>
        {
            try
            {
                await Requests.FindAsync(Nobody);
                return true;
            }
            catch (StoreUnavailableException)
            {
                return false;
            }
        });
    }

    [Fact]
    public async Task A_full_store_is_an_outage_and_not_a_mistake()
    {
        await StartAsync();
        await using var operators = await ConnectionMultiplexer.ConnectAsync($"{_server.ConnectionString},allowAdmin=true");
        await operators.GetServers().Single().ConfigSetAsync("maxmemory", "1");

        await Assert.ThrowsAsync<StoreUnavailableException>(() => Requests.CreateAsync([Record(replyTo: null)]));
    }

    async Task StartAsync()
    {
        await _server.StartAsync();
        await Eventually.IsTrueAsync(() => _redis.IsConnected);
    }

    Task<HealthCheckResult> CheckHealthAsync() => new RedisHealthCheck(_redis).CheckHealthAsync(new());

    async Task AssertWokenAsync(WakeUps wakeUps)
    {
        // The subscription may come back a moment after the connection, so more than one request may be needed.
        await Eventually.IsTrueAsync(async () =>
        {
            var record = Record(wakeUps.Instance);
            using var ticket = wakeUps.Expect(record.Id);
            await Requests.CreateAsync([record]);
            await Requests.CommitAsync([Samples.Result(record, "[1]")]);
            var waited = Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
            return await Task.WhenAny(ticket.Ended, waited) == ticket.Ended && await ticket.Ended is not null;
        });
    }

    static RequestRecord Record(string? replyTo) =>
        Samples.Request(TimeProvider.System.GetUtcNow(), shard: 7) with { ReplyTo = replyTo };
}
