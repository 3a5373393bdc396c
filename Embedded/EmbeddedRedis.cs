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
    /// <param name="folder">Where data goes that does not fit into memory, and, when it is kept, everything.</param>
    /// <param name="isKept">Whether what was written is there again after the next start in the same folder.</param>
    /// <param name="memoryBytes">Room for data in memory; at least 64 MB.</param>
    public static async Task<EmbeddedRedis> StartAsync(string folder, bool isKept, long memoryBytes)
    {
        var port = FindFreePort();
        var server = new GarnetServer([.. Arguments(port, folder, isKept, memoryBytes)]);
        try
        {
            server.Start();
            var connectionString = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
            await using var connection = await ConnectionMultiplexer.ConnectAsync(connectionString);
            await connection.GetDatabase().PingAsync();
            return new(server, connectionString, isKept);
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

    static IEnumerable<string> Arguments(int port, string folder, bool isKept, long memoryBytes) =>
    [
        "--bind", "127.0.0.1",
        "--port", port.ToString(CultureInfo.InvariantCulture),
        "-q", "--disable-console-logger",
        "--lua",
        // Without this, scripts of two connections interleave.
        "--lua-transaction-mode",
        "--memory", $"{memoryBytes >> 20}m",
        // Without a second tier the oldest keys are dropped when memory is full, without a word.
        "--storage-tier", "--logdir", Path.Combine(folder, "overflow"),
        // What has expired holds its memory until somebody looks for it, or this.
        "--expired-key-deletion-scan-freq", "30",
        // The default device kills the process where libaio is missing.
        "--device-type", "RandomAccess",
        .. isKept ? Durability(folder) : [],
    ];

    static IEnumerable<string> Durability(string folder) =>
    [
        "--checkpointdir", folder,
        "--aof", "--recover",
        // The log is written when the store asks for it (Redis:FlushAof), once for many writes. The alternative,
        // --aof-commit-wait, waits after every command of a script.
        "--aof-commit-freq", "-1",
        // A longer log is replaced by a checkpoint.
        "--aof-size-limit", "1g",
    ];

    static int FindFreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
