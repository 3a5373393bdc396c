namespace SkillAi.Queue.Tests.Servers;

/// <summary>A Redis with a replica, and three sentinels that put the replica in its place when it is gone.</summary>
public sealed class RedisSentinels : IAsyncDisposable
{
    const string Service = "skillai";
    const int Count = 3;

    readonly List<ServerHost> _sentinels = [];
    readonly List<int> _ports = [];

    RedisSentinels(RedisServer primary, RedisServer replica) => (Primary, Replica) = (primary, replica);

    public RedisServer Primary { get; }

    public RedisServer Replica { get; }

    public string ConnectionString => $"{string.Join(',', _ports.Select(port => $"127.0.0.1:{port}"))},serviceName={Service}";

    public static async Task<RedisSentinels> StartNewAsync()
    {
        var primary = await RedisServer.StartNewAsync();
        var replica = RedisServer.Create("--replicaof", "127.0.0.1", $"{primary.Port}");
        await replica.StartAsync();
        var all = new RedisSentinels(primary, replica);
        for (var i = 0; i < Count; i++)
            await all.StartSentinelAsync();

        return all;
    }

    /// <summary>The Redis they look after stays.</summary>
    public Task StopSentinelsAsync() => Task.WhenAll(_sentinels.Select(sentinel => sentinel.StopAsync()));

    public Task StartSentinelsAsync() => Task.WhenAll(_sentinels.Select(sentinel => sentinel.StartAsync()));

    public async ValueTask DisposeAsync()
    {
        foreach (var sentinel in _sentinels)
            await sentinel.DisposeAsync();

        await Replica.DisposeAsync();
        await Primary.DisposeAsync();
    }

    async Task StartSentinelAsync()
    {
        var program = Tools.FindOnPath("redis-server") ?? throw Tools.Missing("Redis", "redis-server");
        var (port, data) = (Ports.Free(), Directory.CreateTempSubdirectory("skillai-test-sentinel-"));
        var file = Path.Combine(data.FullName, "sentinel.conf");
        await File.WriteAllTextAsync(file, $"""
            port {port}
            bind 127.0.0.1
            dir {data.FullName}
            sentinel monitor {Service} 127.0.0.1 {Primary.Port} 2
            sentinel down-after-milliseconds {Service} 1000
            sentinel failover-timeout {Service} 5000

            """);
        var sentinel = new LocalHost(data, [program, file, "--sentinel"], []);
        await sentinel.StartAsync();
        _sentinels.Add(sentinel);
        _ports.Add(port);
    }
}
