using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Broker;

namespace SkillAi.Queue.Transport.RabbitMq;

/// <summary>Asks the broker how much waits in a lane, on a channel of its own and one question at a time: a passive
/// declaration that fails closes its channel.</summary>
sealed class DepthProbe(
    RabbitMqConnection connection, RabbitMqTopology topology, RabbitMqOptions options, TimeProvider time) : IDisposable
{
    readonly SemaphoreSlim _one = new(1);
    ConnectionEpoch? _epoch;
    IChannel? _channel;

    public Task<QueueDepth?> FindAsync(string model, Lane lane, CancellationToken cancellationToken) =>
        AskAsync<QueueDepth?>(async (epoch, timeout) =>
        {
            await topology.EnsureAsync(epoch, model, lane, timeout);
            var channel = await OpenAsync(epoch, timeout);
            try
            {
                var queue = await channel.QueueDeclarePassiveAsync(Topology.Queue(model, lane), timeout);
                return new(queue.MessageCount, (int)queue.ConsumerCount);
            }
            catch (Exception e) when (BrokerFaults.Include(e))
            {
                topology.Forget(epoch, Topology.Queue(model, lane));
                throw;
            }
        }, cancellationToken);

    public Task<bool?> AnyAsideAsync(CancellationToken cancellationToken) =>
        AskAsync<bool?>(async (epoch, timeout) =>
        {
            foreach (var rung in Enum.GetValues<RetryRung>())
            {
                if (await HoldsAnyAsync(epoch, Topology.RetryQueue(rung), timeout))
                    return true;
            }

            return false;
        }, cancellationToken);

    public void Dispose() => _one.Dispose();

    /// <summary>Null while the broker cannot say.</summary>
    async Task<T?> AskAsync<T>(
        Func<ConnectionEpoch, CancellationToken, Task<T?>> question, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.OperationTimeout, time);
        await _one.WaitAsync(cancellationToken);
        try
        {
            return await connection.FindAsync(timeout.Token) is { } epoch ? await question(epoch, timeout.Token) : default;
        }
        catch (Exception e) when (e is BrokerUnavailableException || BrokerFaults.Include(e))
        {
            // An answer that comes too late would be taken for that to the next question.
            CloseSoon();
            return default;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>A rung that nobody has needed yet does not exist, and need not.</summary>
    async Task<bool> HoldsAnyAsync(ConnectionEpoch epoch, string queue, CancellationToken timeout)
    {
        try
        {
            var channel = await OpenAsync(epoch, timeout);
            return (await channel.QueueDeclarePassiveAsync(queue, timeout)).MessageCount > 0;
        }
        catch (OperationInterruptedException missing) when (missing.ShutdownReason?.ReplyCode == 404)
        {
            return false;
        }
    }

    void CloseSoon()
    {
        _ = _channel?.AbortAsync();
        _channel = null;
    }

    async ValueTask<IChannel> OpenAsync(ConnectionEpoch epoch, CancellationToken timeout)
    {
        if (_channel is not { IsOpen: true } || _epoch != epoch)
        {
            _channel = await epoch.CreateChannelAsync(null, timeout);
            _epoch = epoch;
        }

        return _channel;
    }
}
