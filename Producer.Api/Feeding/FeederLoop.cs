using SkillAi.Queue.Producer.Telemetry;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Feeding;

/// <summary>Feeds while this instance holds the lease, and waits for it while another does.</summary>
sealed class FeederLoop(
    FeederLease lease, JobStore jobs, JobEnding ending, ChunkFeed chunks, RequestRefeed requests, IChunkPublisher broker,
    WakeUps wakeUps, FeederOptions options, FeedingMetrics metrics, TimeProvider time, ILogger<FeederLoop> logger) : BackgroundService
{
    bool _isRefed = !options.RefeedAtStart;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            if (await TryHoldAsync() is { } epoch)
                await FeedAsync(epoch, stoppingToken);
            else
                await Task.Delay(options.Lease / 3, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    async Task FeedAsync(long epoch, CancellationToken stoppingToken)
    {
        logger.LeaseTaken(epoch);
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        var keeping = KeepAsync(epoch, lost);
        var watching = Task.CompletedTask;
        var term = new FeedingTerm(
            epoch, jobs, new(jobs, ending, options, metrics, time, logger), new(options), new(broker, time), chunks, time,
            logger);
        wakeUps.JobMoved += term.JobMoved;
        try
        {
            watching = requests.WatchAsync(term.Items, lost.Token);
            await term.RunAsync(refeed: !_isRefed, lost.Token);
        }
        catch (OperationCanceledException) when (lost.IsCancellationRequested)
        {
            // The lease is lost, or this instance stops.
        }
        catch (StoreUnavailableException outage)
        {
            logger.FeedingPaused(options.Lease / 3, outage.Message);
        }
        finally
        {
            wakeUps.JobMoved -= term.JobMoved;
            _isRefed |= term.HasLooked;
            await lost.CancelAsync();
            await keeping;
            await watching;
            await ReleaseAsync();
            logger.LeaseLost(epoch);
        }
    }

    /// <summary>Renews the lease. It counts as lost when it is another's, and when it may be because Redis does not
    /// answer for as long as it lasts.</summary>
    async Task KeepAsync(long epoch, CancellationTokenSource lost)
    {
        var renewed = time.GetTimestamp();
        while (true)
        {
            await Task.Delay(options.Lease / 3, time, lost.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (lost.IsCancellationRequested)
                return;

            var asked = time.GetTimestamp();
            var held = await TryHoldAsync();
            if (held == epoch)
            {
                renewed = asked;
            }
            else if (held is not null || time.GetElapsedTime(renewed) >= options.Lease)
            {
                await lost.CancelAsync();
                return;
            }
        }
    }

    /// <summary>Null when it is another's or when nobody can tell.</summary>
    async Task<long?> TryHoldAsync()
    {
        try
        {
            return await lease.TryHoldAsync(wakeUps.Instance, options.Lease);
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
    }

    async Task ReleaseAsync()
    {
        try
        {
            await lease.ReleaseAsync(wakeUps.Instance);
        }
        catch (StoreUnavailableException)
        {
            // It runs out by itself.
        }
    }
}
