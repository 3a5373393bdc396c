using System.Collections.Concurrent;

namespace SkillAi.Queue.Transport.RabbitMq;

/// <summary>The one channel on which a link publishes, opened anew on every connection, and where the one at hand may
/// have found a queue without its leader.</summary>
/// <param name="patience">Longest that a publish waits for its confirm.</param>
sealed class PublishChannels(TimeSpan patience, TimeProvider time) : IDisposable
{
    readonly SemaphoreSlim _opening = new(1);
    volatile Generation _now = new(Channel: null, Epoch: null, [], []);

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
                _now = _now is var now && now.Epoch == epoch ? now with { Channel = current } : new(current, epoch, [], []);
            }

            return current;
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>The queue has confirmed on that channel for the first time.</summary>
    public void Confirmed(PublishChannel channel, string queue)
    {
        if (_now is not { } now || now.Channel != channel)
            return;

        now.Confirmed.TryAdd(queue, true);
        now.Retired.TryRemove(queue, out _);
    }

    /// <summary>The queue was nacked on that channel. One that may be to blame for it is given up, not too often: the queue
    /// may be full as well.</summary>
    /// <returns>Pause before the chunk is sent again; null: the queue is full.</returns>
    public TimeSpan? Nacked(PublishChannel channel, string queue, int nacks)
    {
        if (!channel.HasConfirmed(queue))
            RetireIfOld(channel, queue);

        return NackPolicy.FindPause(nacks, _now.Confirmed.ContainsKey(queue));
    }

    public void Dispose() => _opening.Dispose();

    void RetireIfOld(PublishChannel channel, string queue)
    {
        var now = _now;
        if (now.Channel != channel || channel.Age < NackPolicy.LeastAge(now.Retired.GetValueOrDefault(queue)))
            return;

        // Whoever is opening another one at this moment has written it already or will find this one gone.
        if (Interlocked.CompareExchange(ref _now, now with { Channel = null }, now) != now)
            return;

        now.Retired.AddOrUpdate(queue, 1, (_, count) => count + 1);
        _ = channel.CloseAsync(patience);
    }

    /// <param name="Confirmed">Queues that have confirmed on any channel of the connection.</param>
    /// <param name="Retired">Queues to the channels that were given up for them since they confirmed last.</param>
    sealed record Generation(
        PublishChannel? Channel, ConnectionEpoch? Epoch, ConcurrentDictionary<string, bool> Confirmed,
        ConcurrentDictionary<string, int> Retired);
}
