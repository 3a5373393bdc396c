using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using MassTransit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace SkillAi.Queue.Transport.Events;

/// <summary>Tells all processes what happened. An event is a hint, never the only copy of a fact: it is dropped rather
/// than waited for when the broker is away.</summary>
public sealed class EventBus : BackgroundService
{
    const int MaxWaiting = 1024;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    readonly IBus _bus;
    readonly ILogger<EventBus> _logger;
    readonly TimeProvider _time;
    readonly Channel<object> _waiting = Channel.CreateBounded<object>(
        new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    internal EventBus(IBus bus, TimeProvider time, ILogger<EventBus> logger) =>
        (_bus, _time, _logger) = (bus, time, logger);

    /// <summary>Never blocks and never throws.</summary>
    public void Publish<T>(T message)
        where T : class => _waiting.Writer.TryWrite(message);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var message in _waiting.Reader.ReadAllAsync(stoppingToken))
            await PublishAsync(message, stoppingToken);
    }

    [SuppressMessage("Design", "CA1031", Justification = "The bus fails in many ways, and none of them may matter.")]
    async Task PublishAsync(object message, CancellationToken stoppingToken)
    {
        using var patience = new CancellationTokenSource(Patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stoppingToken);
        try
        {
            await _bus.Publish(message, message.GetType(), either.Token);
        }
        catch (Exception failure)
        {
            // At the end its connection goes away below it, which need not be told.
            if (!stoppingToken.IsCancellationRequested)
                _logger.EventDropped(message.GetType().Name, failure.Message);
        }
    }
}

static partial class EventsLog
{
    [LoggerMessage(300, LogLevel.Warning, "Event {Type} was dropped: {Reason}")]
    public static partial void EventDropped(this ILogger logger, string type, string reason);
}
