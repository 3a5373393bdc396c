using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace SkillAi.Queue.Transport.RabbitMq;

/// <summary>A connection that is kept up. The library's own recovery stays off: it restores neither closed channels nor
/// cancelled consumers, and it carries delivery tags over to a connection on which they mean other messages. Here each
/// connection is an epoch, and whoever uses it builds its channels anew.</summary>
sealed class RabbitMqConnection(
    string name, RabbitMqOptions options, RabbitMqMetrics metrics, TimeProvider time, Random chance, ILogger logger)
    : IAsyncDisposable
{
    static readonly TimeSpan GoodbyeTimeout = TimeSpan.FromSeconds(2);

    readonly IReadOnlyList<AmqpTcpEndpoint> _nodes =
        [.. BrokerNodes.Parse(options.Url).Select(node => new ConnectionFactory { Uri = node }.Endpoint)];

    readonly Lock _gate = new();
    readonly CancellationTokenSource _stopping = new();
    readonly TaskCompletionSource _firstAttempt = new(TaskCreationOptions.RunContinuationsAsynchronously);
    TaskCompletionSource<ConnectionEpoch> _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    volatile ConnectionEpoch? _current;
    Task? _loop;

    /// <summary>The epoch that can be used now, or null.</summary>
    public ConnectionEpoch? Current => _current is { IsOpen: true } epoch ? epoch : null;

    /// <summary>Starts connecting on first use; later calls do nothing.</summary>
    public void Start()
    {
        lock (_gate)
            _loop ??= Task.Run(KeepUpAsync);
    }

    /// <summary>The epoch that can be used now. Waits for the very first attempt to connect, so that a program that just
    /// started does not refuse work, and for no other.</summary>
    public async ValueTask<ConnectionEpoch?> FindAsync(CancellationToken cancellationToken)
    {
        if (Current is { } epoch)
            return epoch;

        Start();
        await _firstAttempt.Task.WaitAsync(cancellationToken);
        return Current;
    }

    /// <summary>Waits, for minutes if need be, until there is a connection.</summary>
    public Task<ConnectionEpoch> WaitAsync(CancellationToken cancellationToken)
    {
        Start();
        lock (_gate)
            return Current is { } epoch ? Task.FromResult(epoch) : _next.Task.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        if (_loop is not null)
            await _loop;

        _stopping.Dispose();
    }

    async Task KeepUpAsync()
    {
        var factory = CreateFactory();
        for (var failures = 1; !_stopping.IsCancellationRequested; failures++)
        {
            if (await TryConnectAsync(factory, failures) is { } epoch)
            {
                failures = 0;
                await UseAsync(epoch);
            }

            _firstAttempt.TrySetResult();
            await PauseAsync(failures);
        }

        _firstAttempt.TrySetResult();
        lock (_gate)
            _next.TrySetCanceled();
    }

    async Task<ConnectionEpoch?> TryConnectAsync(ConnectionFactory factory, int failures)
    {
        try
        {
            // Tried in an order of chance, so that the connections of many programs spread over the nodes.
            var connection = await factory.CreateConnectionAsync(_nodes, $"skillai {name}", _stopping.Token);
            return new(connection);
        }
        catch (Exception e) when (BrokerFaults.Include(e))
        {
            if (!_stopping.IsCancellationRequested)
                RabbitMqLog.ConnectFailed(logger, name, failures, e.GetBaseException().Message);

            return null;
        }
    }

    async Task UseAsync(ConnectionEpoch epoch)
    {
        RabbitMqLog.Connected(logger, name, epoch.Version, epoch.Node);
        Enter(epoch);
        _firstAttempt.TrySetResult();
        var reason = await epoch.WaitForEndAsync(_stopping.Token);
        _current = null;
        metrics.ConnectionDown(name);
        if (reason is not null)
            RabbitMqLog.ConnectionLost(logger, name, reason);

        // Not awaited: saying goodbye to a silent broker takes its time, and the next connection need not wait for it.
        var goodbye = epoch.CloseAsync(GoodbyeTimeout);
        if (_stopping.IsCancellationRequested)
            await goodbye;
    }

    void Enter(ConnectionEpoch epoch)
    {
        metrics.ConnectionUp(name);
        epoch.BlockedChanged += blocked =>
        {
            metrics.ConnectionBlocked(name, blocked);
            RabbitMqLog.Blocked(logger, name, blocked);
        };
        TaskCompletionSource<ConnectionEpoch> waiting;
        lock (_gate)
        {
            _current = epoch;
            waiting = _next;
            _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        waiting.SetResult(epoch);
    }

    async Task PauseAsync(int failures)
    {
        try
        {
            await Task.Delay(Backoff.Delay(failures + 1, options.MaxReconnectDelay, chance.NextDouble()), time, _stopping.Token);
        }
        catch (OperationCanceledException)
        {
        }
    }

    ConnectionFactory CreateFactory() => new()
    {
        Uri = BrokerNodes.Parse(options.Url)[0],
        AutomaticRecoveryEnabled = false,
        TopologyRecoveryEnabled = false,
        RequestedHeartbeat = options.Heartbeat,
        RequestedConnectionTimeout = options.OperationTimeout,
        HandshakeContinuationTimeout = options.OperationTimeout,
        ContinuationTimeout = options.OperationTimeout,
    };
}
