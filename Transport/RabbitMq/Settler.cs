using System.Threading.Channels;
using RabbitMQ.Client;
using SkillAi.Queue.Transport.Broker;

namespace SkillAi.Queue.Transport.RabbitMq;

/// <summary>Tells the broker how the loans of one channel ended, in the background: settling a delivery only writes a
/// note. All notes that wait are read before an ack is sent, so that acks merge exactly when there is much to ack.</summary>
sealed class Settler : IDisposable
{
    readonly Channel<(ulong Tag, Settlement Settlement)> _notes =
        Channel.CreateUnbounded<(ulong, Settlement)>(new() { SingleReader = true });   // bounded by the prefetch

    readonly IChannel _channel;
    readonly TimeProvider _time;
    readonly long _start;
    readonly AckTracker _acks;
    readonly ITimer _alarm;

    public Settler(IChannel channel, TimeSpan patience, TimeProvider time)
    {
        _channel = channel;
        _time = time;
        _start = time.GetTimestamp();
        _acks = new(patience);

        // Tag 0 is no delivery: it only wakes the loop.
        _alarm = time.CreateTimer(_ => Settle(0, default), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    TimeSpan Now => _time.GetElapsedTime(_start);

    /// <summary>Does nothing once <see cref="Finish"/> was called.</summary>
    public void Settle(ulong tag, Settlement settlement) => _notes.Writer.TryWrite((tag, settlement));

    /// <summary>Lets <see cref="RunAsync"/> end after everything noted so far.</summary>
    public void Finish() => _notes.Writer.TryComplete();

    /// <summary>Runs until finished. Throws what the library throws when the channel is gone: its loans are lost.</summary>
    public async Task RunAsync()
    {
        while (await _notes.Reader.WaitToReadAsync())
        {
            while (_notes.Reader.TryRead(out var note))
                await ApplyAsync(note.Tag, note.Settlement);

            if (_acks.TryTakePrefix(out var last))
                await _channel.BasicAckAsync(last, multiple: true);

            await AckOverdueAsync(Now);
            if (_acks.NextDue is { } due)
                _alarm.Change(due > Now ? due - Now : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }

        await AckOverdueAsync(TimeSpan.MaxValue);
    }

    public void Dispose() => _alarm.Dispose();

    async ValueTask ApplyAsync(ulong tag, Settlement settlement)
    {
        if (tag == 0)
            return;

        switch (settlement)
        {
            case Settlement.Ack:
                _acks.Acked(tag, Now);
                break;
            case Settlement.Requeue:
                await _channel.BasicNackAsync(tag, multiple: false, requeue: true);
                _acks.Gone(tag);
                break;
            case Settlement.Reject:
                await _channel.BasicRejectAsync(tag, requeue: false);
                _acks.Gone(tag);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(settlement), settlement, message: null);
        }
    }

    async ValueTask AckOverdueAsync(TimeSpan now)
    {
        while (_acks.TryTakeOverdue(now, out var tag))
            await _channel.BasicAckAsync(tag, multiple: false);
    }
}
