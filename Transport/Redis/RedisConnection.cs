using System.Net;
using Prometheus;
using StackExchange.Redis;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>The process's one multiplexer. Redis may come up later than we do and may go away in between: while it is
/// away every operation fails at once, and the multiplexer keeps trying to connect.</summary>
public sealed class RedisConnection : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    readonly string _endpoints;
    readonly TimeProvider _time;
    readonly StoreMetrics _metrics;
    readonly Task<ConnectionMultiplexer> _multiplexer;
    readonly AofFlush? _aof;

    public RedisConnection(string connectionString)
        : this(new() { ConnectionString = connectionString }, TimeProvider.System,
            Metrics.WithCustomRegistry(Metrics.NewCustomRegistry()))
    {
    }

    public RedisConnection(RedisOptions settings, TimeProvider time, IMetricFactory metrics)
    {
        var options = Configure(settings.ConnectionString);
        _endpoints = string.Join(',', options.EndPoints.Select(Describe));
        _time = time;
        _metrics = new(metrics);
        _multiplexer = ConnectAsync(options);
        _aof = settings.FlushAof ? new(ConnectAsync(options.Clone())) : null;
    }

    /// <summary>The connection came back, or up: whatever was announced in between is lost. May come twice.</summary>
    public event Action? Restored;

    public bool IsConnected => _multiplexer is { IsCompletedSuccessfully: true, Result.IsConnected: true };

    /// <summary>Whether a script is confined to the keys of one slot.</summary>
    internal bool IsCluster => Multiplexer.GetServers().Any(server => server.ServerType == ServerType.Cluster);

    public IDatabase Database => Multiplexer.GetDatabase();

    public ISubscriber Subscriber => Multiplexer.GetSubscriber();

    ConnectionMultiplexer Multiplexer =>
        _multiplexer.IsCompletedSuccessfully ? _multiplexer.Result : throw Unavailable("is not connected yet");

    public async ValueTask DisposeAsync()
    {
        if (_aof is not null)
            await _aof.DisposeAsync();

        // What mattered was awaited by whoever sent it. Letting the rest complete would wait for a server that hangs.
        var multiplexer = await _multiplexer;
        await multiplexer.CloseAsync(allowCommandsToComplete: false);
        await multiplexer.DisposeAsync();
    }

    /// <summary>Runs an operation on the database, measured, with outages told apart from mistakes.</summary>
    internal async Task<T> RunAsync<T>(string operation, Func<IDatabase, Task<T>> work)
    {
        var started = _time.GetTimestamp();
        try
        {
            var multiplexer = await ConnectedAsync();
            var result = await work(multiplexer.GetDatabase());
            _metrics.Succeeded(operation, _time.GetElapsedTime(started));
            return result;
        }
        catch (Exception e) when (e is RedisException or RedisTimeoutException or StoreUnavailableException)
        {
            _metrics.Failed(operation, _time.GetElapsedTime(started));
            if (e is StoreUnavailableException || !IsOutage(e))
                throw;

            throw Unavailable($"failed ({e.GetType().Name})", e);
        }
    }

    /// <summary>As <see cref="RunAsync"/>, for what must be on the disk when it counts as done.</summary>
    internal Task<T> WriteAsync<T>(string operation, Func<IDatabase, Task<T>> work) => _aof is null
        ? RunAsync(operation, work)
        : RunAsync(operation, async db =>
        {
            var result = await work(db);
            await _aof.FlushAsync();
            return result;
        });

    /// <summary>The multiplexer, once it has tried to connect for the first time: however long that takes.</summary>
    internal Task<ConnectionMultiplexer> TriedAsync() => _multiplexer;

    /// <summary>The same, for who cannot wait for long.</summary>
    internal async Task<ConnectionMultiplexer> ConnectedAsync()
    {
        if (_multiplexer.IsCompletedSuccessfully)
            return _multiplexer.Result;

        try
        {
            return await _multiplexer.WaitAsync(Patience, _time);
        }
        catch (TimeoutException e)
        {
            throw Unavailable("is not connected yet", e);
        }
    }

    static ConfigurationOptions Configure(string connectionString)
    {
        var options = ConfigurationOptions.Parse(connectionString);
        options.AbortOnConnectFail = false;
        options.ConnectRetry = 1;
        options.ConnectTimeout = options.SyncTimeout = options.AsyncTimeout = (int)Patience.TotalMilliseconds;
        options.ReconnectRetryPolicy = new LinearRetry(500);
        // An answer now, not a queue that grows in our memory while Redis is away.
        options.BacklogPolicy = BacklogPolicy.FailFast;
        return options;
    }

    async Task<ConnectionMultiplexer> ConnectAsync(ConfigurationOptions options)
    {
        // Off the caller's thread: resolving and connecting start synchronously.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(options);
        multiplexer.ConnectionRestored += (_, _) => Restored?.Invoke();
        return multiplexer;
    }

    /// <summary>A server that answers with one of these cannot take or find data now, though the command is right.</summary>
    static bool IsOutage(Exception e) => e is not RedisServerException server
        || server.Message.Split(' ')[0] is "OOM" or "LOADING" or "READONLY" or "MISCONF" or "MASTERDOWN"
            or "CLUSTERDOWN" or "TRYAGAIN" or "NOREPLICAS" or "BUSY" or "NOAUTH" or "WRONGPASS" or "NOPERM"
        // Garnet's, seldom and for any script; the next call succeeds.
        || server.Message.EndsWith("Unexpected Lua error", StringComparison.Ordinal);

    StoreUnavailableException Unavailable(string what, Exception? cause = null) =>
        new($"Redis at {_endpoints} {what}. Check ConnectionStrings:Redis, and that the server is up.", cause);

    static string Describe(EndPoint endpoint) => endpoint switch
    {
        DnsEndPoint dns => $"{dns.Host}:{dns.Port}",
        _ => endpoint.ToString() ?? "",
    };
}
