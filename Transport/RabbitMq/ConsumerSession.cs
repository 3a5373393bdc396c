using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;
using SkillAi.Queue.Transport.Broker;

namespace SkillAi.Queue.Transport.RabbitMq;

/// <summary>One consumer on one channel of one connection. Its delivery tags mean nothing anywhere else, so it ends
/// with its channel, for whatever reason, and every delivery it handed out is lost then.</summary>
sealed class ConsumerSession : AsyncDefaultBasicConsumer, IAsyncDisposable
{
    static readonly TimeSpan GoodbyeTimeout = TimeSpan.FromSeconds(2);

    readonly ConnectionEpoch _epoch;
    readonly string _queue;
    readonly ChannelWriter<RabbitMqDelivery> _arrivals;
    readonly TimeProvider _time;
    readonly ILogger _logger;
    readonly Settler _settler;
    readonly Task _settling;
    readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    volatile bool _isLost;
    volatile bool _isLeaving;
    long _lastDelivery;
    int _onLoan;

    public ConsumerSession(
        ConnectionEpoch epoch, IChannel channel, string queue, ChannelWriter<RabbitMqDelivery> arrivals,
        RabbitMqOptions options, TimeProvider time, ILogger logger)
        : base(channel)
    {
        _epoch = epoch;
        _queue = queue;
        _arrivals = arrivals;
        _time = time;
        _logger = logger;
        _lastDelivery = time.GetTimestamp();
        _settler = new(channel, options.AckPatience, time);
        _settling = SettleAsync();
    }

    public bool IsLost => _isLost;

    public int OnLoan => Volatile.Read(ref _onLoan);

    public TimeSpan SinceDelivery => _time.GetElapsedTime(Volatile.Read(ref _lastDelivery));

    /// <summary>Completes, with the reason, when no more deliveries can arrive.</summary>
    public Task<string> Ended => _ended.Task;

    /// <summary>Completes when the channel is closed, after everything settled before was told to the broker.</summary>
    public Task Closed => _settling;

    public async Task StartAsync(int prefetch, CancellationToken cancellationToken)
    {
        await Channel.BasicQosAsync(0, (ushort)Math.Clamp(prefetch, 1, ushort.MaxValue), global: false, cancellationToken);
        await Channel.BasicConsumeAsync(_queue, autoAck: false, this, cancellationToken);
    }

    /// <summary>Messages that wait, as the broker sees it. Throws when it does not answer.</summary>
    public async Task<long> CountReadyAsync(CancellationToken cancellationToken) =>
        (await Channel.QueueDeclarePassiveAsync(_queue, cancellationToken)).MessageCount;

    /// <summary>Stops deliveries. What is on loan can still be settled; the last one settled closes the channel.</summary>
    public async Task LeaveAsync()
    {
        try
        {
            foreach (var tag in ConsumerTags)
                await Channel.BasicCancelAsync(tag).WaitAsync(GoodbyeTimeout, TimeProvider.System);
        }
        catch (Exception e) when (BrokerFaults.Include(e))
        {
            End(e.Message);
        }
    }

    /// <summary>After <see cref="LeaveAsync"/>, when what had arrived but was not handed out has been returned.</summary>
    public void CloseWhenSettled()
    {
        _isLeaving = true;
        if (OnLoan == 0)
            _settler.Finish();
    }

    public void Settle(ulong tag, Settlement settlement)
    {
        // The note first: whoever settles the last one may only finish when all notes are written.
        _settler.Settle(tag, settlement);
        if (Interlocked.Decrement(ref _onLoan) == 0 && _isLeaving)
            _settler.Finish();
    }

    public override Task HandleBasicDeliverAsync(
        string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey,
        IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
    {
        // Nothing may be thrown here: the library would only raise an event, and the message stay on loan for ever.
        Volatile.Write(ref _lastDelivery, _time.GetTimestamp());
        Interlocked.Increment(ref _onLoan);
        try
        {
            var delivery = new RabbitMqDelivery(this, deliveryTag, ChunkCodec.Decode(properties, body), redelivered);
            if (!_arrivals.TryWrite(delivery))
                delivery.Requeue();
        }
        catch (FormatException e)
        {
            RabbitMqLog.Undecodable(_logger, _queue, e.Message);
            Settle(deliveryTag, Settlement.Reject);
        }

        return Task.CompletedTask;
    }

    public override Task HandleBasicCancelAsync(string consumerTag, CancellationToken cancellationToken = default)
    {
        End("cancelled by the broker");
        return base.HandleBasicCancelAsync(consumerTag, cancellationToken);
    }

    public override Task HandleChannelShutdownAsync(object channel, ShutdownEventArgs reason)
    {
        End(reason.ReplyText);
        return base.HandleChannelShutdownAsync(channel, reason);
    }

    /// <summary>Tells the broker what was settled and closes the channel: what is still on loan goes back.</summary>
    public async ValueTask DisposeAsync()
    {
        _settler.Finish();
        await _settling;
        _settler.Dispose();
    }

    void End(string reason)
    {
        _isLost = true;
        _ended.TrySetResult(reason);
        _settler.Finish();
    }

    async Task SettleAsync()
    {
        try
        {
            await _settler.RunAsync();
        }
        catch (Exception e) when (BrokerFaults.Include(e))
        {
        }

        End("closed");
        _settler.Dispose();
        await CloseChannelAsync();
    }

    async Task CloseChannelAsync()
    {
        try
        {
            await Channel.AbortAsync().WaitAsync(GoodbyeTimeout, TimeProvider.System);
        }
        catch (Exception e) when (BrokerFaults.Include(e))
        {
            _epoch.Abandon("closing a channel got no answer");
        }
    }
}
