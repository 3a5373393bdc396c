using SkillAi.Queue.Contracts;
using SkillAi.Queue.Producer.Intake;
using SkillAi.Queue.Producer.Telemetry;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Feeding;

/// <summary>Publishes unfinished requests again that the broker has forgotten. Were one published that it has not, its
/// first outcome would count.</summary>
sealed class RequestRefeed(
    RequestStore store, IChunkPublisher publisher, FeederOptions options, FeedingMetrics metrics, TimeProvider time,
    ILogger<RequestRefeed> logger)
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    readonly DateTimeOffset _started = time.GetUtcNow();
    readonly QuietLanes _quiet = new(options.RefeedAfter);

    /// <summary>After a start that made the broker forget everything: all that were accepted before it.</summary>
    public async Task RunAsync(CancellationToken cancellationToken) =>
        logger.RequestsFedAgain(await PublishAsync(request => request.CreatedAt < _started, cancellationToken));

    /// <summary>Looks, again and again, for requests that wait although nothing stands before them: the broker lost
    /// them, the store lost their outcome, or an instance died between storing and publishing.</summary>
    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        using var looks = new PeriodicTimer(options.RefeedAfter / 4, time);
        try
        {
            while (await looks.WaitForNextTickAsync(cancellationToken))
                await LookAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Another instance looks now.
        }
    }

    async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var ((model, lane), items) in await store.BacklogAsync())
                _quiet.Look((model, lane), items > 0 && await IsEmptyAsync(model, lane, cancellationToken));

            _quiet.AnyAside = await publisher.AnyAsideAsync(cancellationToken);
            if (!_quiet.Any)
                return;

            var count = await PublishAsync(IsDue, cancellationToken);
            _quiet.Prune(time.GetUtcNow());
            if (count > 0)
                logger.StuckRequestsFedAgain(count);
        }
        catch (StoreUnavailableException outage)
        {
            _quiet.Clear();
            logger.FeedingPaused(options.RefeedAfter / 4, outage.Message);
        }
    }

    bool IsDue(RequestRecord request)
    {
        if (!_quiet.IsDue(request, time.GetUtcNow()))
            return false;

        metrics.RequestFedAgain(request.Items);
        return true;
    }

    async Task<bool> IsEmptyAsync(string model, Lane lane, CancellationToken cancellationToken) =>
        await publisher.FindDepthAsync(model, lane, cancellationToken) is { ReadyMessages: 0 };

    async Task<int> PublishAsync(Func<RequestRecord, bool> isWanted, CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var request in store.UnfinishedAsync(cancellationToken))
        {
            if (!isWanted(request))
                continue;

            await PublishAsync(request, cancellationToken);
            count++;
        }

        return count;
    }

    /// <summary>A full lane or a broker that is still starting is waited for.</summary>
    async Task PublishAsync(RequestRecord request, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await publisher.PublishAsync(RequestChunks.Single(request), cancellationToken);
                return;
            }
            catch (Exception outage) when (outage is BrokerRefusedException or BrokerUnavailableException)
            {
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }
}
