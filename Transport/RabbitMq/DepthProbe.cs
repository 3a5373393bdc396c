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

    public async Task<QueueDepth?> FindAsync(string model, Lane lane, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.OperationTimeout, time);
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (await connection.FindAsync(timeout.Token) is not { } epoch)
                return null;

            await topology.EnsureAsync(epoch, model, lane, timeout.Token);
            var channel = await OpenAsync(epoch, timeout.Token);
            var queue = await channel.QueueDeclarePassiveAsync(Topology.Queue(model, lane), timeout.Token);
            return new(queue.MessageCount, (int)queue.ConsumerCount);
        }
        catch (BrokerUnavailableException)
        {
            return null;
        }
        catch (Exception e) when (BrokerFaults.Include(e))
        {
            if (_epoch is not null)
                topology.Forget(_epoch, Topology.Queue(model, lane));

            return null;
        }
        finally
        {
            _one.Release();
        }
    }

    public async Task<bool> AnyAsideAsync(CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.OperationTimeout, time);
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (await connection.FindAsync(timeout.Token) is not { } epoch)
                return true;

            foreach (var rung in Enum.GetValues<RetryRung>())
            {
                if (await HoldsAnyAsync(epoch, Topology.RetryQueue(rung), timeout.Token))
                    return true;
            }

            return false;
        }
        catch (Exception e) when (e is BrokerUnavailableException || BrokerFaults.Include(e))
        {
            return true;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

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
