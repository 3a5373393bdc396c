using RabbitMQ.Client.Exceptions;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Broker;

namespace SkillAi.Queue.Transport.RabbitMq;

/// <summary>One confirmed publishing channel on one connection, shared by all callers. The library's own limiter is
/// not used: on a shared channel it sleeps half a second a publish. Every publish has an end, because the library's
/// has been seen to hang when the broker went away; and when the confirms stop, the connection is given up.</summary>
sealed class PublishLink(
    RabbitMqConnection connection, RabbitMqTopology topology, RabbitMqOptions options, RabbitMqMetrics metrics,
    TimeProvider time) : IDisposable
{
    readonly SemaphoreSlim _slots = new(options.MaxInFlight);
    readonly PublishChannels _channels = new(options.PublishTimeout, time);
    long _lastConfirm;

    public bool IsReady => connection.Current is { IsBlocked: false };

    /// <param name="rung">Where the chunk stands aside first; null: nowhere.</param>
    public async Task PublishAsync(Chunk chunk, RetryRung? rung, CancellationToken cancellationToken)
    {
        // Once the bytes are on their way the caller's token no longer counts: the broker takes the chunk or not
        // within the timeout, and a publish that was half cancelled would leave the caller not knowing which.
        using var timeout = new CancellationTokenSource(options.PublishTimeout, time);
        var start = time.GetTimestamp();
        long? sent = null;
        ConnectionEpoch? epoch = null;
        await EnterAsync(timeout.Token, cancellationToken);
        try
        {
            epoch = await connection.FindAsync(timeout.Token) ?? throw Unavailable("there is no connection");
            if (epoch.IsBlocked)
                throw Unavailable("the broker takes nothing now (memory or disk alarm)");

            await DeclareAsync(epoch, chunk, rung, timeout.Token);
            sent = time.GetTimestamp();
            await SendAsync(epoch, chunk, rung, timeout.Token);
            Volatile.Write(ref _lastConfirm, time.GetTimestamp());
            metrics.Confirmed(chunk.Lane, time.GetElapsedTime(start));
        }
        catch (PublishReturnException e)
        {
            metrics.Unroutable(chunk.Lane);
            topology.Forget(epoch!, e.RoutingKey);
            if (rung is { } missing)
                topology.Forget(epoch!, Topology.RetryQueue(missing));

            throw Unavailable($"no queue takes {e.RoutingKey}", e);
        }
        catch (PublishException e)
        {
            metrics.QueueFull(chunk.Lane);
            throw new BrokerRefusedException($"Queue {Topology.Queue(chunk.Model, chunk.Lane)} is full ({e.Message}).");
        }
        catch (Exception e) when (BrokerFaults.Include(e))
        {
            AbandonIfSilent(epoch, e, timeout.IsCancellationRequested, sent);
            throw Unavailable(timeout.IsCancellationRequested ? "no confirm in time" : e.Message, e);
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>See <see cref="IChunkPublisher.WarmUpAsync"/>. A broker that takes nothing now has nothing to be opened.</summary>
    public async Task WarmUpAsync(Chunk chunk, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(options.PublishTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            var epoch = await connection.FindAsync(either.Token) ?? throw Unavailable("there is no connection");
            if (!epoch.IsBlocked)
                await (await _channels.OpenAsync(epoch, either.Token)).WarmUpAsync(chunk, either.Token);
        }
        catch (Exception e) when (BrokerFaults.Include(e))
        {
            throw Unavailable(e.Message, e);
        }
    }

    public void Dispose()
    {
        _slots.Dispose();
        _channels.Dispose();
    }

    async ValueTask DeclareAsync(ConnectionEpoch epoch, Chunk chunk, RetryRung? rung, CancellationToken timeout)
    {
        await topology.EnsureAsync(epoch, chunk.Model, chunk.Lane, timeout);
        if (rung is { } next)
            await topology.EnsureAsync(epoch, next, timeout);
    }

    async Task SendAsync(ConnectionEpoch epoch, Chunk chunk, RetryRung? rung, CancellationToken timeout)
    {
        var queue = rung is { } first ? Topology.RetryQueue(first) : Topology.Queue(chunk.Model, chunk.Lane);
        for (var nacks = 1; ; nacks++)
        {
            var channel = await _channels.OpenAsync(epoch, timeout);
            try
            {
                if (await channel.PublishAsync(chunk, queue, timeout))
                    _channels.Confirmed(channel, queue);

                return;
            }
            catch (PublishException e) when (e is not PublishReturnException)
            {
                if (_channels.Nacked(channel, queue, nacks) is not { } pause)
                    throw;

                await Task.Delay(pause, time, timeout).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (timeout.IsCancellationRequested)
                    throw;
            }
        }
    }

    async Task EnterAsync(CancellationToken timeout, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_slots.Wait(0, CancellationToken.None))
            return;

        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout, cancellationToken);
        try
        {
            await _slots.WaitAsync(either.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unavailable("too many publishes wait for their confirms", e);
        }
    }

    // One late confirm may be one slow queue; none at all for as long as we waited is a dead connection, and so is a
    // question without an answer. Declaring takes many, and may take longer than a publish where nodes have just gone. A
    // blocked connection is alive: it must stay, as it is what will tell us when the alarm ends.
    void AbandonIfSilent(ConnectionEpoch? epoch, Exception fault, bool timedOut, long? sent)
    {
        if (epoch is not { IsBlocked: false })
            return;

        if (timedOut && Volatile.Read(ref _lastConfirm) <= sent)
            epoch.Abandon("confirms stopped");
        else if (!timedOut && BrokerFaults.IsSilence(fault))
            epoch.Abandon("no answer");
    }

    static BrokerUnavailableException Unavailable(string reason, Exception? cause = null) =>
        new($"The broker cannot take work: {reason}.", cause);
}
