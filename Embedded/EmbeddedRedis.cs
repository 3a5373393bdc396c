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

    EmbeddedRedis(GarnetServer server, string connectionString)
    {
        _server = server;
        ConnectionString = connectionString;
    }

    /// <summary>For <c>ConnectionStrings:Redis</c>.</summary>
    public string ConnectionString { get; }

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
            return new(server, connectionString);
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
        // Answered means on the disk.
        yield return "--aof-commit-wait";
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
