using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Broker;

namespace SkillAi.Queue.Transport.RabbitMq;

/// <summary>Keeps one lane of one model consumed: opens a session, watches it, and opens the next one when it ends,
/// be it by a lost connection, a closed channel, a cancel by the broker, or a silence that the watchdog breaks.</summary>
sealed class LaneReader(
    string model, Lane lane, int prefetch, RabbitMqConnection connection, RabbitMqTopology topology,
    RabbitMqOptions options, TimeProvider time, Random chance, ILogger logger) : IAsyncDisposable
{
    static readonly TimeSpan Healthy = TimeSpan.FromSeconds(10);

    readonly string _queue = Topology.Queue(model, lane);
    readonly CancellationTokenSource _stopping = new();
    readonly Channel<RabbitMqDelivery> _arrivals =
        Channel.CreateUnbounded<RabbitMqDelivery>();   // bounded by the prefetch

    // Not all of a fleet at once.
    readonly TimeSpan _idlePatience = options.IdlePatience * (1 + (0.2 * chance.NextDouble()));

    readonly Lock _gate = new();
    volatile ConsumerSession? _session;
    Task _consuming = Task.CompletedTask;
    Task? _leaving;

    public bool IsConsuming => _session is { IsLost: false };

    public async IAsyncEnumerable<Delivery> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        _consuming = Task.Run(KeepConsumingAsync, CancellationToken.None);
        while (await WaitAsync(cancellationToken))
        {
            while (!cancellationToken.IsCancellationRequested && _arrivals.Reader.TryRead(out var delivery))
            {
                // Lost on its way to us: the broker lends it again.
                if (!delivery.IsLost)
                    yield return delivery;
            }
        }
    }

    /// <summary>No new deliveries. Those handed out can be settled until <see cref="DisposeAsync"/>.</summary>
    public Task LeaveAsync()
    {
        lock (_gate)
            return _leaving ??= LeaveOnceAsync();
    }

    /// <summary>Completes when everything handed out is settled or lost, after <see cref="LeaveAsync"/>.</summary>
    public Task WaitUntilSettledAsync() => _session?.Closed ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await LeaveAsync();
        await (_session?.DisposeAsync() ?? ValueTask.CompletedTask);
        _stopping.Dispose();
    }

    async Task LeaveOnceAsync()
    {
        await _stopping.CancelAsync();
        await _consuming;
        if (_session is not { } session)
        {
            _arrivals.Writer.TryComplete();
            return;
        }

        await session.LeaveAsync();
        _arrivals.Writer.TryComplete();
        while (_arrivals.Reader.TryRead(out var delivery))
            delivery.Requeue();

        session.CloseWhenSettled();
    }

    async ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _arrivals.Reader.WaitToReadAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    // Nobody waits for this before the end: what breaks it must break the enumeration, or a lane would be deaf for good.
    [SuppressMessage("Design", "CA1031", Justification = "Passed on to whoever reads.")]
    async Task KeepConsumingAsync()
    {
        try
        {
            await KeepSessionAsync();
        }
        catch (Exception unexpected)
        {
            _arrivals.Writer.TryComplete(unexpected);
        }
    }

    async Task KeepSessionAsync()
    {
        for (var failures = 1; !_stopping.IsCancellationRequested; failures++)
        {
            var start = time.GetTimestamp();
            if (await TryConsumeAsync())
            {
                failures = 0;
                continue;
            }

            if (time.GetElapsedTime(start) > Healthy)
                failures = 1;

            await PauseAsync(failures);
        }
    }

    /// <returns>Whether nothing was wrong with it.</returns>
    async Task<bool> TryConsumeAsync()
    {
        ConnectionEpoch? epoch = null;
        try
        {
            epoch = await connection.WaitAsync(_stopping.Token);
            await topology.EnsureAsync(epoch, model, lane, _stopping.Token);
            return await ConsumeAsync(epoch);
        }
        catch (BrokerUnavailableException)
        {
            // The topology is not as it must be, which is logged; an operator may mend it while we run.
            return false;
        }
        catch (Exception e) when (BrokerFaults.Include(e))
        {
            if (_stopping.IsCancellationRequested)
                return false;

            RabbitMqLog.ConsumerEnded(logger, _queue, e.Message);
            if (epoch is not null)
                topology.Forget(epoch, _queue);

            if (BrokerFaults.IsSilence(e))
                epoch?.Abandon("no answer");

            return false;
        }
    }

    async Task<bool> ConsumeAsync(ConnectionEpoch epoch)
    {
        var channel = await epoch.CreateChannelAsync(null, _stopping.Token);
        var session = new ConsumerSession(epoch, channel, _queue, _arrivals.Writer, options, time, logger);
        _session = session;
        try
        {
            await session.StartAsync(prefetch, _stopping.Token);
            RabbitMqLog.Consuming(logger, _queue, prefetch);
            if (await WatchAsync(session) is not { } reason)
                return true;

            topology.Forget(epoch, _queue);
            RabbitMqLog.ConsumerEnded(logger, _queue, reason);
            return false;
        }
        finally
        {
            // When we stop, the session stays for what it has lent.
            if (!_stopping.IsCancellationRequested)
                await session.DisposeAsync();
        }
    }

    /// <summary>What was wrong with the session; null when it only makes room for another, or we stop.</summary>
    async Task<string?> WatchAsync(ConsumerSession session)
    {
        using var rounds = new PeriodicTimer(options.WatchdogInterval, time);
        while (true)
        {
            var next = rounds.WaitForNextTickAsync(_stopping.Token).AsTask();
            await Task.WhenAny(session.Ended, next);
            if (_stopping.IsCancellationRequested)
                return null;

            if (session.Ended.IsCompleted)
                return await session.Ended;

            if (await IsStuckAsync(session))
                return "stuck";

            if (WatchdogPolicy.IsDoubtful(session.OnLoan, session.SinceDelivery, _idlePatience))
                return null;
        }
    }

    async Task<bool> IsStuckAsync(ConsumerSession session)
    {
        var ready = await session.CountReadyAsync(_stopping.Token);
        var silence = session.SinceDelivery;
        if (!WatchdogPolicy.IsStuck(ready, session.OnLoan, prefetch, silence, options.WatchdogPatience))
            return false;

        RabbitMqLog.ConsumerStuck(logger, _queue, ready, silence);
        return true;
    }

    async Task PauseAsync(int failures)
    {
        try
        {
            await Task.Delay(Backoff.Delay(failures, options.MaxReconnectDelay, chance.NextDouble()), time, _stopping.Token);
        }
        catch (OperationCanceledException)
        {
        }
    }
}
