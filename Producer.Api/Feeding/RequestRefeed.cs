using System.Diagnostics.CodeAnalysis;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Producer.Telemetry;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Feeding;

/// <summary>Publishes unfinished requests and replays again that the broker has forgotten. Were one published that it has
/// not, its first outcome would count.</summary>
sealed class RequestRefeed(
    OpenWorkSource open, IChunkPublisher publisher, FeederOptions options, FeedingMetrics metrics, TimeProvider time,
    ILogger<RequestRefeed> logger)
{
    readonly DateTimeOffset _started = time.GetUtcNow();
    readonly QuietLanes _quiet = new(options.RefeedAfter);

    /// <summary>Items of a lane's requests that were answered while this instance looked.</summary>
    readonly Dictionary<(string Model, Lane Lane), long> _answered = [];

    /// <summary>Where the start of this process made the broker forget everything: what was published again since, of what
    /// was accepted before. Null once it was all of that.</summary>
    HashSet<string>? _sinceStart = options.RefeedAtStart ? [] : null;

    /// <summary>Looks, again and again, for what waits although nothing stands before it: the broker lost it, the store
    /// lost its outcome, or an instance died between storing and publishing.</summary>
    /// <param name="jobs">Items of a model's jobs.</param>
    public async Task WatchAsync(Func<string, LaneItems> jobs, CancellationToken cancellationToken)
    {
        using var looks = new PeriodicTimer(options.RefeedAfter / 4, time);
        try
        {
            await TryAsync(PublishForgottenAsync, cancellationToken);
            while (await looks.WaitForNextTickAsync(cancellationToken))
            {
                await TryAsync(PublishForgottenAsync, cancellationToken);
                await TryAsync(token => LookAsync(jobs, token), cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Another instance looks now.
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "A look that fails must not, unseen, be the last one.")]
    async Task TryAsync(Func<CancellationToken, Task> look, CancellationToken cancellationToken)
    {
        try
        {
            await look(cancellationToken);
        }
        catch (StoreUnavailableException outage)
        {
            _quiet.KeepOnly([]);
            logger.FeedingPaused(options.RefeedAfter / 4, outage.Message);
        }
        catch (Exception failure) when (failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            logger.RefeedFailed(failure);
        }
    }

    async Task PublishForgottenAsync(CancellationToken cancellationToken)
    {
        if (_sinceStart is not { } again)
            return;

        if (!await PublishAllAsync(
            work => work.Since < _started && !again.Contains(work.Id), (work, _) => again.Add(work.Id), cancellationToken))
        {
            return;
        }

        _sinceStart = null;
        logger.WorkFedAgain(again.Count);
    }

    async Task LookAsync(Func<string, LaneItems> jobs, CancellationToken cancellationToken)
    {
        var turnover = await open.TakeTurnoverAsync();
        foreach (var (lane, items) in turnover)
            _answered[lane] = _answered.GetValueOrDefault(lane) + items.Answered;

        var waiting = turnover.Where(lane => lane.Value.Waiting > 0).ToArray();
        _quiet.KeepOnly(waiting.Select(lane => lane.Key));
        foreach (var (lane, items) in waiting)
        {
            var isEmpty = await publisher.FindDepthAsync(lane.Model, lane.Lane, cancellationToken) is { ReadyMessages: 0 };
            var beside = lane.Lane == Lane.Bulk ? jobs(lane.Model) : default;
            _quiet.Look(
                lane, isEmpty, new(_answered[lane] + beside.Answered, items.Waiting + beside.Held), time.GetUtcNow());
        }

        _quiet.AnyAside = await publisher.AnyAsideAsync(cancellationToken) ?? true;
        if (!_quiet.Any)
            return;

        await PublishDueAsync(cancellationToken);
        _quiet.Prune(time.GetUtcNow());
    }

    async Task PublishDueAsync(CancellationToken cancellationToken)
    {
        var count = 0;
        await PublishAllAsync(
            work => _quiet.IsDue(work, time.GetUtcNow()),
            (work, chunk) =>
            {
                _quiet.Published(work, time.GetUtcNow());
                metrics.FedAgain(chunk);
                count++;
            },
            cancellationToken);
        if (count > 0)
            logger.StuckWorkFedAgain(count);
    }

    /// <summary>A lane that is full, or that cannot be reached, is left for this time: it must not hold the others up.</summary>
    /// <param name="published">Called after each.</param>
    /// <returns>Whether no lane was left.</returns>
    async Task<bool> PublishAllAsync(
        Func<OpenWork, bool> isDue, Action<OpenWork, Chunk> published, CancellationToken cancellationToken)
    {
        var left = new HashSet<(string Model, Lane Lane)>();
        var due = open.ReadAsync(work => !left.Contains((work.Model, work.Lane)) && isDue(work), cancellationToken);
        await foreach (var (work, chunk) in due)
        {
            // They are read in pages.
            if (left.Contains((work.Model, work.Lane)))
                continue;

            try
            {
                await publisher.PublishAsync(chunk, cancellationToken);
                published(work, chunk);
            }
            catch (Exception outage) when (outage is BrokerRefusedException or BrokerUnavailableException)
            {
                left.Add((work.Model, work.Lane));
                logger.FeedingPaused(options.RefeedAfter / 4, outage.Message);
            }
        }

        return left.Count == 0;
    }
}
