using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Broker;

namespace SkillAi.Queue.Transport.RabbitMq;

/// <summary>Makes sure, once a connection and lane, that the queue is there. Limits, TTLs and delivery limits are the
/// operator's and come by policy. Arguments say only what the code relies on: a full queue refuses the newest instead
/// of dropping the oldest, and what is rejected is kept.</summary>
sealed class RabbitMqTopology(RabbitMqOptions options, ILogger<RabbitMqTopology> logger)
{
    readonly ConditionalWeakTable<ConnectionEpoch, ConcurrentDictionary<string, Lazy<Task>>> _known = [];

    /// <exception cref="BrokerUnavailableException">The queue is missing or is another kind of queue.</exception>
    public ValueTask EnsureAsync(ConnectionEpoch epoch, string model, Lane lane, CancellationToken cancellationToken) =>
        EnsureAsync(epoch, Topology.Queue(model, lane), Topology.Exchange, DeclareLaneAsync, cancellationToken);

    /// <exception cref="BrokerUnavailableException">As above.</exception>
    public ValueTask EnsureAsync(ConnectionEpoch epoch, RetryRung rung, CancellationToken cancellationToken) => EnsureAsync(
        epoch, Topology.RetryQueue(rung), Topology.RetryQueue(rung),
        (channel, queue) => DeclareKeptAsync(channel, queue, RungArguments(rung)), cancellationToken);

    /// <summary>The queue turned out to be gone: look again before the next use.</summary>
    public void Forget(ConnectionEpoch epoch, string queue)
    {
        if (_known.TryGetValue(epoch, out var known))
            known.TryRemove(queue, out _);
    }

    async ValueTask EnsureAsync(
        ConnectionEpoch epoch, string queue, string exchange, Func<IChannel, string, Task> declare,
        CancellationToken cancellationToken)
    {
        var known = _known.GetValue(epoch, static _ => new());
        var ensured = known.GetOrAdd(queue, name => new(() => ApplyAsync(epoch, name, exchange, declare)));
        try
        {
            await ensured.Value.WaitAsync(cancellationToken);
        }
        catch when (ensured.Value.IsCompleted)
        {
            known.TryRemove(new(queue, ensured));
            throw;
        }
    }

    async Task ApplyAsync(ConnectionEpoch epoch, string queue, string exchange, Func<IChannel, string, Task> declare)
    {
        // Its own channel, because a refused declaration closes the channel it was made on. Without the caller's
        // token, because several callers share the outcome; the library limits each step.
        var channel = await epoch.CreateChannelAsync(null, CancellationToken.None);
        await using (channel.ConfigureAwait(false))
        {
            try
            {
                if (options.Topology == TopologyMode.Verify)
                    await VerifyAsync(channel, queue, exchange);
                else
                    await declare(channel, queue);
            }
            catch (OperationInterruptedException e) when (e.ShutdownReason?.ReplyCode is 404 or 406 or 403)
            {
                RabbitMqLog.TopologyFailed(logger, queue, e.ShutdownReason.ReplyText);
                throw new BrokerUnavailableException($"Queue {queue} cannot be used: {e.ShutdownReason.ReplyText}", e);
            }
        }
    }

    static async Task VerifyAsync(IChannel channel, string queue, string exchange)
    {
        await channel.ExchangeDeclarePassiveAsync(exchange);
        await channel.QueueDeclarePassiveAsync(queue);
    }

    async Task DeclareLaneAsync(IChannel channel, string queue)
    {
        await DeclareKeptAsync(channel, Topology.Unrouted, KeptArguments());
        await DeclareKeptAsync(channel, Topology.DeadLetters, KeptArguments());
        await channel.ExchangeDeclareAsync(Topology.Exchange, ExchangeType.Direct, durable: true, autoDelete: false,
            new Dictionary<string, object?> { ["alternate-exchange"] = Topology.Unrouted });
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, LaneArguments());
        await channel.QueueBindAsync(queue, Topology.Exchange, routingKey: queue);
    }

    /// <summary>A fanout and the queue of the same name that keeps what comes through it.</summary>
    static async Task DeclareKeptAsync(IChannel channel, string name, Dictionary<string, object?> arguments)
    {
        await channel.ExchangeDeclareAsync(name, ExchangeType.Fanout, durable: true);
        await channel.QueueDeclareAsync(name, durable: true, exclusive: false, autoDelete: false, arguments);
        await channel.QueueBindAsync(name, exchange: name, routingKey: "");
    }

    Dictionary<string, object?> KeptArguments() => new() { ["x-queue-type"] = TypeName };

    Dictionary<string, object?> LaneArguments() => ForwardingArguments(Topology.DeadLetters);

    /// <summary>The time of a rung is no policy: the code counts with it.</summary>
    Dictionary<string, object?> RungArguments(RetryRung rung)
    {
        var arguments = ForwardingArguments(Topology.Exchange);
        arguments["x-message-ttl"] = (long)rung.Delay().TotalMilliseconds;
        return arguments;
    }

    Dictionary<string, object?> ForwardingArguments(string exchange)
    {
        var arguments = new Dictionary<string, object?>
        {
            ["x-queue-type"] = TypeName,
            ["x-overflow"] = "reject-publish",
            ["x-dead-letter-exchange"] = exchange,
        };
        if (options.QueueType == QueueType.Quorum)
            arguments["x-dead-letter-strategy"] = "at-least-once";

        return arguments;
    }

    string TypeName => options.QueueType == QueueType.Quorum ? "quorum" : "classic";
}
