using System.Collections.Concurrent;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Transport.RabbitMq;

/// <summary>A channel whose publishes are confirmed, and the queues that have confirmed on it. What the broker finds out
/// about a queue's leader it keeps as long as the channel, so a nack says what it seems to say from the first confirm on.</summary>
sealed class PublishChannel(ConnectionEpoch epoch, IChannel channel, TimeProvider time)
{
    const string DefaultExchange = "";

    /// <summary>Names no queue: those of ours are of a model and a lane.</summary>
    const string Nobody = "skillai.nobody";

    static readonly CreateChannelOptions Confirmed =
        new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true);

    readonly ConcurrentDictionary<string, bool> _confirmed = new();
    readonly long _opened = time.GetTimestamp();

    public TimeSpan Age => time.GetElapsedTime(_opened);

    public static async Task<PublishChannel> OpenAsync(
        ConnectionEpoch epoch, TimeProvider time, CancellationToken cancellationToken) =>
        new(epoch, await epoch.CreateChannelAsync(Confirmed, cancellationToken), time);

    public bool Serves(ConnectionEpoch other) => ReferenceEquals(epoch, other) && channel.IsOpen;

    public bool HasConfirmed(string queue) => _confirmed.ContainsKey(queue);

    /// <param name="queue">The lane's own, or the rung on which the chunk stands aside first.</param>
    /// <returns>Whether the queue has confirmed on this channel for the first time.</returns>
    /// <exception cref="PublishException">The queue is full, or has no leader, or (<see cref="PublishReturnException"/>)
    /// there is none.</exception>
    public async Task<bool> PublishAsync(Chunk chunk, string queue, CancellationToken timeout)
    {
        // Straight to the queue: the exchange has an alternate one, which would take, and confirm, a chunk for a queue
        // that was deleted, and nobody would work on it. This way it comes back. A rung keeps the routing key, and with it
        // the way back.
        var key = Topology.Queue(chunk.Model, chunk.Lane);
        try
        {
            await channel.BasicPublishAsync(
                queue == key ? DefaultExchange : queue, key, mandatory: true, ChunkCodec.Encode(chunk), chunk.Body, timeout);
            return _confirmed.TryAdd(queue, true);
        }
        catch (PublishReturnException)
        {
            _confirmed.TryRemove(queue, out _);
            throw;
        }
    }

    /// <summary>The broker drops the chunk, and confirms that.</summary>
    public async Task WarmUpAsync(Chunk chunk, CancellationToken timeout) => await channel.BasicPublishAsync(
        DefaultExchange, Nobody, mandatory: false, ChunkCodec.Encode(chunk), chunk.Body, timeout);

    /// <summary>Closes it when what others have sent on it must have been confirmed.</summary>
    public async Task CloseAsync(TimeSpan patience)
    {
        await Task.Delay(patience, time);
        try
        {
            await channel.AbortAsync();
        }
        catch (Exception e) when (BrokerFaults.Include(e))
        {
        }
    }
}
