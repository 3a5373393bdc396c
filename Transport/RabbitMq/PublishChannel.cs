using System.Collections.Concurrent;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Transport.RabbitMq;

/// <summary>A channel whose publishes are confirmed, and the queues that have confirmed on it. The broker looks for a
/// queue's leader once a channel, so a nack says what it seems to say from the first confirm on.</summary>
sealed class PublishChannel(ConnectionEpoch epoch, IChannel channel, TimeProvider time)
{
    const string DefaultExchange = "";

    /// <summary>Names no queue: those of ours are of a model and a lane.</summary>
    const string Nobody = "skillai.nobody";

    static readonly CreateChannelOptions Confirmed =
        new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);

    readonly ConcurrentDictionary<string, bool> _confirmed = new();

    public static async Task<PublishChannel> OpenAsync(
        ConnectionEpoch epoch, TimeProvider time, CancellationToken cancellationToken) =>
        new(epoch, await epoch.CreateChannelAsync(Confirmed, cancellationToken), time);

    public bool Serves(ConnectionEpoch other) => ReferenceEquals(epoch, other) && channel.IsOpen;

    /// <exception cref="PublishException">The queue is full, or (<see cref="PublishReturnException"/>) there is none.</exception>
    public async Task PublishAsync(Chunk chunk, RetryRung? rung, CancellationToken timeout)
    {
        // Straight to the queue: the exchange has an alternate one, which would take, and confirm, a chunk for a queue
        // that was deleted, and nobody would work on it. This way it comes back. A rung keeps the routing key, and with it
        // the way back.
        var key = Topology.Queue(chunk.Model, chunk.Lane);
        var exchange = rung is { } first ? Topology.RetryQueue(first) : DefaultExchange;
        var queue = rung is null ? key : exchange;
        for (var nacks = 1; ; nacks++)
        {
            try
            {
                await channel.BasicPublishAsync(
                    exchange, key, mandatory: true, ChunkCodec.Encode(chunk), chunk.Body, timeout);
                _confirmed.TryAdd(queue, true);
                return;
            }
            catch (PublishReturnException)
            {
                _confirmed.TryRemove(queue, out _);
                throw;
            }
            catch (PublishException) when (NackPolicy.FindPause(nacks, _confirmed.ContainsKey(queue)) is { } pause)
            {
                await Task.Delay(pause, time, timeout).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (timeout.IsCancellationRequested)
                    throw;
            }
        }
    }

    /// <summary>The broker drops the chunk, and confirms that.</summary>
    public async Task WarmUpAsync(Chunk chunk, CancellationToken timeout) => await channel.BasicPublishAsync(
        DefaultExchange, Nobody, mandatory: false, ChunkCodec.Encode(chunk), chunk.Body, timeout);
}
