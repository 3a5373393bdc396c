using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace SkillAi.Queue.Tests.Contract.Store;

/// <summary>A redis-server of our own: free port, data folder of its own, every write synced.</summary>
public sealed class RedisProcess : IAsyncLifetime
{
    readonly string _folder = Directory.CreateTempSubdirectory("skillai-redis-").FullName;
    int _port;
    Process? _process;

    public string ConnectionString => $"127.0.0.1:{_port}";

    public async ValueTask InitializeAsync()
    {
        // The port is free when it is looked up, not for good: another test's server may be faster.
        for (var attempt = 0; _process is null && attempt < 3; attempt++)
        {
            _port = FreePort();
            await StartAsync();
        }

        Assert.NotNull(_process);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Starts it, with what it kept, on its old port.</summary>
    public async Task StartAsync()
    {
        var process = Process.Start(new ProcessStartInfo("redis-server",
        [
            "--port", $"{_port}", "--bind", "127.0.0.1", "--dir", _folder, "--save", "", "--appendonly", "yes",
            "--appendfsync", "always", "--maxmemory-policy", "noeviction",
        ])
        { RedirectStandardOutput = true, UseShellExecute = false })!;
        var ready = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, output) =>
        {
            if (output.Data is null || output.Data.Contains("Ready to accept connections", StringComparison.Ordinal))
                ready.TrySetResult(output.Data is not null);
        };
        process.BeginOutputReadLine();
        if (await ready.Task)
            _process = process;
        else
            process.Dispose();
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
