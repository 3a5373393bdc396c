using System.Net.Sockets;

namespace SkillAi.Queue.Tests.Servers;

/// <summary>A real Redis on a free port with data of its own, which syncs every write as the shipped configuration
/// does: the one on the PATH, else one in Docker.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    const string Image = "redis:8";
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    static readonly string[] Durable = ["--appendonly", "yes", "--appendfsync", "always", "--save", ""];

    readonly ServerHost _host;
    readonly DirectoryInfo? _data;

    RedisServer(int port, ServerHost host, DirectoryInfo? data)
    {
        Port = port;
        _host = host;
        _data = data;
    }

    public int Port { get; }

    public string ConnectionString => $"127.0.0.1:{Port}";

    /// <summary>A server that is not started yet.</summary>
    /// <param name="options">Of the command line, besides those that make it durable.</param>
    public static RedisServer Create(params string[] options)
    {
        var port = Ports.Free();
        if (Tools.FindOnPath("redis-server") is { } program)
        {
            var data = Directory.CreateTempSubdirectory("skillai-test-redis-");
            string[] command = [program, "--port", $"{port}", "--bind", "127.0.0.1", "--dir", data.FullName, .. Durable, .. options];
            return new(port, new LocalHost(data, command, []), data);
        }

        if (!Tools.HasDocker())
            throw Tools.Missing("Redis", "redis-server");

        return new(port, new DockerHost(Image, ["--publish", $"127.0.0.1:{port}:6379"], ["redis-server", .. Durable, .. options]), data: null);
    }

    public static async Task<RedisServer> StartNewAsync()
    {
        var server = Create();
        await server.StartAsync();
        return server;
    }

    /// <summary>Starts it, for the first time or again with the data it had, and waits until it serves.</summary>
    public async Task StartAsync()
    {
        await _host.StartAsync();
        using var patience = new CancellationTokenSource(Patience);
        while (!await AnswersAsync(patience.Token))
        {
            if (patience.IsCancellationRequested)
                throw new TimeoutException($"Redis did not start:\n{_host.Describe()}");

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    public Task StopAsync() => _host.StopAsync();

    public Task KillAsync() => _host.KillAsync();

    /// <summary>How much it has written down: what <see cref="PutBack"/> returns to.</summary>
    public long LogLength => Log.Length;

    FileInfo Log => _data?.GetFiles("*.incr.aof", SearchOption.AllDirectories).MaxBy(file => file.LastWriteTimeUtc)
        ?? throw new NotSupportedException("Only of a Redis on this machine.");

    /// <summary>While it is down: forgets everything since, as one that had not synced its log would.</summary>
    /// <returns>Bytes of its log that are undone.</returns>
    public long PutBack(long logLength)
    {
        using var log = Log.Open(FileMode.Open, FileAccess.Write);
        var undone = log.Length - logLength;
        log.SetLength(logLength);
        return undone;
    }

    public void Freeze() => _host.Freeze();

    public void Thaw() => _host.Thaw();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    // +PONG, not an error: while it reads its data back it answers -LOADING.
    async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync("127.0.0.1", Port, cancellationToken);
            var stream = client.GetStream();
            await stream.WriteAsync("PING\r\n"u8.ToArray(), cancellationToken);
            var answer = new byte[5];
            await stream.ReadExactlyAsync(answer, cancellationToken);
            return answer.AsSpan().SequenceEqual("+PONG"u8);
        }
        catch (Exception e) when (e is SocketException or IOException or OperationCanceledException)
        {
            return false;
        }
    }
}
