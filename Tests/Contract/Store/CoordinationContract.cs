using Microsoft.Extensions.Time.Testing;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Models;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Redis;
using StackExchange.Redis;
using Xunit;

namespace SkillAi.Queue.Tests.Contract.Store;

/// <summary>What processes agree on through the store: scripts run one at a time, one feeder, which models live.</summary>
public abstract class CoordinationContract(string connectionString) : IAsyncDisposable
{
    readonly RedisConnection _redis = new(connectionString);
    readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 10, 0, 0, TimeSpan.Zero));

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _redis.DisposeAsync();
    }

    [Fact]
    public async Task Scripts_are_atomic_under_a_race_of_four_clients()
    {
        const string Increment =
            "local n = tonumber(redis.call('GET', KEYS[1]) or 0) redis.call('SET', KEYS[1], n + 1) return n";
        RedisKey key = $"race:{Guid.NewGuid():N}";

        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            await using var client = await ConnectionMultiplexer.ConnectAsync(connectionString);
            var database = client.GetDatabase();
            for (var i = 0; i < 5000; i += 50)
                await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => database.ScriptEvaluateAsync(Increment, [key])));
        }));

        var database = (await _redis.ConnectedAsync()).GetDatabase();
        Assert.Equal(20_000, (int)await database.StringGetAsync(key));
    }

    [Fact]
    public async Task A_lease_has_one_holder_and_a_higher_epoch_at_every_change_of_hand()
    {
        var lease = new FeederLease(_redis);
        var long_ = TimeSpan.FromMinutes(1);

        var first = await lease.TryHoldAsync("a", long_);
        Assert.Equal(first, await lease.TryHoldAsync("a", long_));
        Assert.Null(await lease.TryHoldAsync("b", long_));
        await lease.ReleaseAsync("b");
        Assert.Null(await lease.TryHoldAsync("b", long_));
        await lease.ReleaseAsync("a");
        var second = await lease.TryHoldAsync("b", long_);

        Assert.True(second > first);
        await lease.ReleaseAsync("b");
    }

    [Fact]
    public async Task A_lease_that_nobody_renews_runs_out()
    {
        var lease = new FeederLease(_redis);
        var first = await lease.TryHoldAsync("a", TimeSpan.FromMilliseconds(50));

        await Eventually.IsTrueAsync(async () => await lease.TryHoldAsync("b", TimeSpan.FromMinutes(1)) > first);

        Assert.Null(await lease.TryHoldAsync("a", TimeSpan.FromMinutes(1)));
        await lease.ReleaseAsync("b");
    }

    [Fact]
    public async Task Of_many_who_want_the_lease_one_gets_it()
    {
        var lease = new FeederLease(_redis);

        var epochs = await Task.WhenAll(
            Enumerable.Range(0, 20).Select(i => lease.TryHoldAsync($"holder {i}", TimeSpan.FromMinutes(1))));

        var winner = Array.FindIndex(epochs, epoch => epoch is not null);
        Assert.Single(epochs, epoch => epoch is not null);
        await lease.ReleaseAsync($"holder {winner}");
    }

    [Fact]
    public async Task Declared_versions_are_listed_by_name_and_by_number()
    {
        var directory = new ModelDirectory(_redis, _time);
        ModelVersion[] versions = [Version("b", "10"), Version("b", "9"), Version("a", "beta"), Version("a", "2")];
        await directory.DeclareAsync(versions);
        await directory.DeclareAsync([]);

        var listed = await directory.ListAsync();

        Assert.Equal(["a/2", "a/beta", "b/9", "b/10"], listed.Select(version => $"{version.Name}/{version.Version}"));
        Assert.Equal(["toxic", "clean"], listed[0].Manifest.Output.Labels);
        Assert.Equal(-1, (int?)(await _redis.Database.KeyTimeToLiveAsync(Keys.Models))?.TotalSeconds ?? -1);
    }

    [Fact]
    public async Task A_version_is_live_while_a_worker_of_it_gives_signs()
    {
        var directory = new ModelDirectory(_redis, _time);
        var model = $"m{Guid.NewGuid():N}";
        await directory.KeepAliveAsync(model, "1", "worker-a");
        await directory.KeepAliveAsync(model, "2", "worker-a");
        await directory.KeepAliveAsync(model, "2", "worker-b");
        Assert.Equal(["1", "2"], (await directory.ListLiveAsync(model)).Order());

        _time.Advance(TimeSpan.FromSeconds(10));
        await directory.KeepAliveAsync(model, "2", "worker-b");
        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal(["2"], await directory.ListLiveAsync(model));

        await directory.WithdrawAsync(model, "2", "worker-b");
        Assert.Empty(await directory.ListLiveAsync(model));
        Assert.Empty(await directory.ListLiveAsync("nobody"));
    }

    [Fact]
    public async Task A_death_that_is_reported_twice_counts_once()
    {
        var store = new SuspectStore(_redis, _time);
        var name = $"job{Guid.NewGuid():N}/3";
        await store.ReportAsync("death 1", [name, $"{name}#1"]);
        await store.ReportAsync("death 1", [name, $"{name}#1"]);
        await store.ReportAsync("death 2", [name]);

        var deaths = await store.ListAsync();

        Assert.Equal((2, 1), (deaths[name], deaths[$"{name}#1"]));
        Assert.True(await _redis.Database.KeyTimeToLiveAsync(Keys.Suspects) > TimeSpan.FromHours(23));
    }

    [Fact]
    public async Task A_death_is_forgotten_after_a_day_whatever_came_since()
    {
        var store = new SuspectStore(_redis, _time);
        var name = $"job{Guid.NewGuid():N}/3";
        await store.ReportAsync("death 1", [name]);
        _time.Advance(TimeSpan.FromHours(23));
        await store.ReportAsync("death 2", [name]);
        Assert.Equal(2, (await store.ListAsync())[name]);

        _time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(1, (await store.ListAsync())[name]);

        await store.ReportAsync("death 3", ["r1"]);
        Assert.Single(await _redis.Database.HashKeysAsync(Keys.Suspects), field => field.ToString().StartsWith(name, StringComparison.Ordinal));
    }

    static ModelVersion Version(string name, string version) => new(name, version, new()
    {
        Task = ModelTask.TextClassification,
        Input = new() { Name = "text", Kind = ModelInputKind.Utf8Bytes },
        Output = new() { Name = "scores", Labels = ["toxic", "clean"] },
    });
}
