using System.Collections.Concurrent;

namespace SkillAi.Queue.Transport.RabbitMq;

/// <summary>The one channel on which a link publishes, opened anew on every connection, and where the one at hand may
/// have found a queue without its leader.</summary>
/// <param name="patience">Longest that a publish waits for its confirm.</param>
sealed class PublishChannels(TimeSpan patience, TimeProvider time) : IDisposable
{
    readonly SemaphoreSlim _opening = new(1);
    volatile Generation _now = new(Channel: null, Epoch: null, []);
    int _retired;

    public async ValueTask<PublishChannel> OpenAsync(ConnectionEpoch epoch, CancellationToken timeout)
    {
        if (_now.Channel is { } open && open.Serves(epoch))
            return open;

        await _opening.WaitAsync(timeout);
        try
        {
            if (_now.Channel is not { } current || !current.Serves(epoch))
            {
                current = await PublishChannel.OpenAsync(epoch, time, timeout);
                _now = new(current, epoch, _now.Epoch == epoch ? _now.Confirmed : []);
            }

            return current;
        }
        finally
        {
            _opening.Release();
        }
    }

    public void Confirmed(PublishChannel channel, string queue)
    {
        if (_now is var now && now.Channel == channel && now.Confirmed.TryAdd(queue, true))
            Volatile.Write(ref _retired, 0);
    }

    /// <summary>The queue was nacked on that channel. One that may be to blame for it is given up, not too often: the queue
    /// may be full as well.</summary>
    /// <returns>Pause before the chunk is sent again; null: the queue is full.</returns>
    public TimeSpan? Nacked(PublishChannel channel, string queue, int nacks)
    {
        if (!channel.HasConfirmed(queue))
            RetireIfOld(channel);

        return NackPolicy.FindPause(nacks, _now.Confirmed.ContainsKey(queue));
    }

    public void Dispose() => _opening.Dispose();

    void RetireIfOld(PublishChannel channel)
    {
        var now = _now;
        if (now.Channel != channel || channel.Age < NackPolicy.LeastAge(Volatile.Read(ref _retired)))
            return;

        // Whoever is opening another one at this moment has written it already or will find this one gone.
        if (Interlocked.CompareExchange(ref _now, now with { Channel = null }, now) != now)
            return;

        Interlocked.Increment(ref _retired);
        _ = channel.CloseAsync(patience);
    }

    /// <param name="Confirmed">Queues that have confirmed on any channel of the connection.</param>
    sealed record Generation(PublishChannel? Channel, ConnectionEpoch? Epoch, ConcurrentDictionary<string, bool> Confirmed);
}
