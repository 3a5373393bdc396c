using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
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
    readonly Channel<Waiting> _waiting = Channel.CreateBounded<Waiting>(
        new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    internal EventBus(IBus bus, TimeProvider time, ILogger<EventBus> logger) =>
        (_bus, _time, _logger) = (bus, time, logger);

    /// <summary>Never blocks and never throws.</summary>
    /// <param name="id">Of an event that may be told more than once: its messages then have one id, too.</param>
    public void Publish<T>(T message, string? id = null)
        where T : class => _waiting.Writer.TryWrite(new(message, id is null ? NewId.NextGuid() : MessageId(id)));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var waiting in _waiting.Reader.ReadAllAsync(stoppingToken))
            await PublishAsync(waiting, stoppingToken);
    }

    /// <summary>The bus wants a Guid.</summary>
    static Guid MessageId(string id) => new(SHA256.HashData(Encoding.UTF8.GetBytes(id)).AsSpan(0, 16));

    [SuppressMessage("Design", "CA1031", Justification = "The bus fails in many ways, and none of them may matter.")]
    async Task PublishAsync(Waiting waiting, CancellationToken stoppingToken)
    {
        var type = waiting.Message.GetType();
        using var patience = new CancellationTokenSource(Patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, stoppingToken);
        try
        {
            await _bus.Publish(
                waiting.Message, type, Pipe.Execute<PublishContext>(told => told.MessageId = waiting.Id), either.Token);
        }
        catch (Exception failure)
        {
            // At the end its connection goes away below it, which need not be told.
            if (!stoppingToken.IsCancellationRequested)
                _logger.EventDropped(type.Name, failure.Message);
        }
    }

    readonly record struct Waiting(object Message, Guid Id);
}

static partial class EventsLog
{
    [LoggerMessage(300, LogLevel.Warning, "Event {Type} was dropped: {Reason}")]
    public static partial void EventDropped(this ILogger logger, string type, string reason);
}
