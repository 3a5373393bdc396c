using System.Text;
using RabbitMQ.Client;

namespace SkillAi.Queue.Transport.RabbitMq;

/// <summary>One connection from its opening to its end. It never comes back: a new one is a new epoch.</summary>
sealed class ConnectionEpoch
{
    readonly IConnection _connection;
    readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    volatile bool _isBlocked;

    public ConnectionEpoch(IConnection connection)
    {
        _connection = connection;
        connection.ConnectionShutdownAsync += (_, reason) =>
        {
            _ended.TrySetResult(reason.ReplyText);
            return Task.CompletedTask;
        };
        connection.ConnectionBlockedAsync += (_, _) => SetBlocked(true);
        connection.ConnectionUnblockedAsync += (_, _) => SetBlocked(false);
        if (!connection.IsOpen)
            _ended.TrySetResult("closed at once");
    }

    public event Action<bool>? BlockedChanged;

    public bool IsOpen => !_ended.Task.IsCompleted && _connection.IsOpen;

    /// <summary>The broker takes no publishes on this connection: a memory or disk alarm.</summary>
    public bool IsBlocked => _isBlocked;

    public string Node => $"{_connection.Endpoint.HostName}:{_connection.Endpoint.Port}";

    public string Version => _connection.ServerProperties?.TryGetValue("version", out var version) == true
        && version is byte[] text ? Encoding.UTF8.GetString(text) : "unknown version";

    public Task<IChannel> CreateChannelAsync(CreateChannelOptions? options, CancellationToken cancellationToken) =>
        _connection.CreateChannelAsync(options, cancellationToken);

    /// <summary>Gives the connection up, because the broker on its other end no longer answers.</summary>
    public void Abandon(string reason) => _ended.TrySetResult(reason);

    /// <summary>Why the epoch ended; null when it did not, but we stop.</summary>
    public async Task<string?> WaitForEndAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _ended.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    public async Task CloseAsync(TimeSpan timeout)
    {
        _ended.TrySetResult("closed");
        try
        {
            // Aborting does not throw on a broken connection; the limit is ours because closing has hung before
            // although it was given one.
            await _connection.AbortAsync(timeout).WaitAsync(timeout * 2, TimeProvider.System);
            await _connection.DisposeAsync().AsTask().WaitAsync(timeout, TimeProvider.System);
        }
        catch (Exception e) when (BrokerFaults.Include(e))
        {
        }
    }

    Task SetBlocked(bool blocked)
    {
        _isBlocked = blocked;
        BlockedChanged?.Invoke(blocked);
        return Task.CompletedTask;
    }
}
