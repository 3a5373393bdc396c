using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using StackExchange.Redis;

namespace SkillAi.Queue.Tests.Contract.Store;

/// <summary>A redis-server of our own: free port, data folder of its own, every write synced.</summary>
public sealed class RedisProcess : IAsyncLifetime
{
    readonly string _folder = Directory.CreateTempSubdirectory("skillai-redis-").FullName;
    readonly int _port = FreePort();
    Process? _process;

    public string ConnectionString => $"127.0.0.1:{_port}";

    public async ValueTask InitializeAsync() => await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public async Task StartAsync()
    {
        _process = Process.Start(new ProcessStartInfo("redis-server",
        [
            "--port", $"{_port}", "--bind", "127.0.0.1", "--dir", _folder, "--save", "", "--appendonly", "yes",
            "--appendfsync", "always", "--maxmemory-policy", "noeviction",
        ])
        { RedirectStandardOutput = true, UseShellExecute = false })!;
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
        await using var connection = await ConnectionMultiplexer.ConnectAsync($"{ConnectionString},connectRetry=20,connectTimeout=500");
        await connection.GetDatabase().PingAsync();
    }

    public async Task KillAsync()
    {
        if (_process is null)
            return;

        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    internal static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
