using System.Collections.Concurrent;
using SkillAi.Queue.Embedded;
using SkillAi.Queue.Tests.Servers;
using StackExchange.Redis;

namespace SkillAi.Queue.Tests.Contract.Store;

/// <summary>A server that one class of tests has for itself, so that lists of everything hold what it put there.</summary>
public abstract class StoreServer : IAsyncLifetime
{
    public abstract string ConnectionString { get; }

    public abstract ValueTask InitializeAsync();

    public abstract ValueTask DisposeAsync();
}

public sealed class PlainRedis : StoreServer
{
    readonly RedisServer _server = RedisServer.Create();

    public override string ConnectionString => _server.ConnectionString;

    public override async ValueTask InitializeAsync() => await _server.StartAsync();

    public override ValueTask DisposeAsync() => _server.DisposeAsync();
}

/// <summary>One node that has all slots: refuses a script that touches two of them, as a large cluster does. It takes two
/// seconds to believe that it has them all, so that a class gets the emptied one of a class before it.</summary>
public sealed class ClusterRedis : StoreServer
{
    static readonly ConcurrentBag<RedisServer> s_idle = [];

    RedisServer _server = null!;

    public override string ConnectionString => _server.ConnectionString;

    public override async ValueTask InitializeAsync()
    {
        if (!s_idle.TryTake(out var server))
            server = await StartAsync();

        _server = server;
        await using var connection = await ConnectAsync(server);
        await connection.GetDatabase().ExecuteAsync("FLUSHALL");
    }

    public override ValueTask DisposeAsync()
    {
        s_idle.Add(_server);
        return ValueTask.CompletedTask;
    }

    static async Task<RedisServer> StartAsync()
    {
        var server = RedisServer.Create("--cluster-enabled", "yes", "--cluster-announce-ip", "127.0.0.1");
        await server.StartAsync();
        await using var connection = await ConnectAsync(server);
        await connection.GetServers()[0].ExecuteAsync("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
        var database = connection.GetDatabase();
        await Eventually.IsTrueAsync(async () =>
            ((string?)await database.ExecuteAsync("CLUSTER", "INFO"))!.Contains("cluster_state:ok", StringComparison.Ordinal));
        return server;
    }

    static async Task<ConnectionMultiplexer> ConnectAsync(RedisServer server) =>
        await ConnectionMultiplexer.ConnectAsync($"{server.ConnectionString},allowAdmin=true");
}

/// <summary>The embedded store, its data not kept.</summary>
public sealed class Garnet : StoreServer
{
    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("skillai-test-garnet-");
    EmbeddedRedis? _server;

    public override string ConnectionString => _server!.ConnectionString;

    public override async ValueTask InitializeAsync() =>
        _server = await EmbeddedRedis.StartAsync(_folder.FullName, isKept: false, memoryBytes: 128 << 20);

    public override async ValueTask DisposeAsync()
    {
        await _server!.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}
