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
    readonly QuietLanes _quiet = new(options.RefeedAfter, options.WindowItems);

    /// <summary>After a start that made the broker forget everything: all that were accepted before it.</summary>
    public async Task RunAsync(CancellationToken cancellationToken) =>
        logger.RequestsFedAgain(await PublishAllAsync(request => request.CreatedAt < _started, _ => { }, cancellationToken));

    /// <summary>Looks, again and again, for requests that wait although nothing stands before them: the broker lost
    /// them, the store lost their outcome, or an instance died between storing and publishing.</summary>
    /// <param name="answered">Items of a model's jobs that were answered so far.</param>
    public async Task WatchAsync(Func<string, long> answered, CancellationToken cancellationToken)
    {
        using var looks = new PeriodicTimer(options.RefeedAfter / 4, time);
        try
        {
            while (await looks.WaitForNextTickAsync(cancellationToken))
                await LookAsync(answered, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Another instance looks now.
        }
    }

    async Task LookAsync(Func<string, long> answered, CancellationToken cancellationToken)
    {
        try
        {
            var waiting = (await store.BacklogAsync()).Where(lane => lane.Value > 0).Select(lane => lane.Key).ToArray();
            _quiet.KeepOnly(waiting);
            foreach (var lane in waiting)
            {
                var isEmpty = await publisher.FindDepthAsync(lane.Model, lane.Lane, cancellationToken) is { ReadyMessages: 0 };
                _quiet.Look(lane, isEmpty, lane.Lane == Lane.Bulk ? answered(lane.Model) : 0, time.GetUtcNow());
            }

            _quiet.AnyAside = await publisher.AnyAsideAsync(cancellationToken) ?? true;
            if (!_quiet.Any)
                return;

            await PublishDueAsync(cancellationToken);
            _quiet.Prune(time.GetUtcNow());
        }
        catch (StoreUnavailableException outage)
        {
            _quiet.KeepOnly([]);
            logger.FeedingPaused(options.RefeedAfter / 4, outage.Message);
        }
    }

    async Task PublishDueAsync(CancellationToken cancellationToken)
    {
        var count = await PublishAllAsync(
            request => _quiet.IsDue(request, time.GetUtcNow()), request => metrics.RequestFedAgain(request.Items),
            cancellationToken);
        if (count > 0)
            logger.StuckRequestsFedAgain(count);
    }

    /// <param name="published">Called after each.</param>
    /// <returns>How many unfinished requests it was.</returns>
    async Task<int> PublishAllAsync(
        Func<OpenRequest, bool> isDue, Action<RequestRecord> published, CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var request in store.UnfinishedAsync(isDue, cancellationToken))
        {
            await PublishAsync(request, cancellationToken);
            published(request);
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
