using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Garnet;
using StackExchange.Redis;

namespace SkillAi.Queue.Embedded;

/// <summary>The store inside this process: Garnet, which speaks Redis's protocol, so that embedded mode runs the same
/// store code as every other one. It listens on the loopback address only.</summary>
public sealed class EmbeddedRedis : IAsyncDisposable
{
    readonly GarnetServer _server;
    readonly bool _isKept;

    EmbeddedRedis(GarnetServer server, string connectionString, bool isKept)
    {
        _server = server;
        _isKept = isKept;
        ConnectionString = connectionString;
    }

    public string ConnectionString { get; }

    /// <summary>What connects a host to it.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Settings =>
    [
        new("ConnectionStrings:Redis", ConnectionString),
        new("Redis:FlushAof", _isKept ? "true" : "false"),
    ];

    /// <summary>Starts it and waits until it answers.</summary>
    /// <param name="dataFolder">Where everything is kept, each write on the disk before it is answered; null: in
    /// memory only, lost with the process.</param>
    /// <param name="memoryBytes">Room for data. Garnet drops the oldest keys without a word when it is full, which
    /// <c>MemoryGuard</c> has to prevent.</param>
    public static async Task<EmbeddedRedis> StartAsync(string? dataFolder, long memoryBytes)
    {
        var port = FindFreePort();
        var server = new GarnetServer([.. Arguments(port, dataFolder, memoryBytes)]);
        try
        {
            server.Start();
            var connectionString = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
            await using var connection = await ConnectionMultiplexer.ConnectAsync(connectionString);
            await connection.GetDatabase().PingAsync();
            return new(server, connectionString, isKept: dataFolder is not null);
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    public ValueTask DisposeAsync()
    {
        _server.Dispose();
        return ValueTask.CompletedTask;
    }

    static IEnumerable<string> Arguments(int port, string? dataFolder, long memoryBytes)
    {
        yield return "--bind";
        yield return "127.0.0.1";
        yield return "--port";
        yield return port.ToString(CultureInfo.InvariantCulture);
        yield return "--memory";
        yield return $"{memoryBytes >> 20}m";
        yield return "-q";
        yield return "--disable-console-logger";
        yield return "--lua";
        // Without this, scripts of two connections interleave.
        yield return "--lua-transaction-mode";
        if (dataFolder is null)
            yield break;

        yield return "--checkpointdir";
        yield return dataFolder;
        yield return "--aof";
        yield return "--recover";
        // The log is written when the store asks for it (Redis:FlushAof), once for many writes. The alternative,
        // --aof-commit-wait, waits after every command of a script.
        yield return "--aof-commit-freq";
        yield return "-1";
        // The default device kills the process where libaio is missing.
        yield return "--device-type";
        yield return "RandomAccess";
    }

    static int FindFreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
