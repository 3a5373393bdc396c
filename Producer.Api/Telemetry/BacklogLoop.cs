using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Jobs;
using SkillAi.Queue.Producer.Models;
using SkillAi.Queue.Producer.Quotas;
using SkillAi.Queue.Producer.Scaling;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Telemetry;

/// <summary>Keeps the gauges of what waits up to date. They come from the store and the broker, so that every instance
/// shows the same numbers.</summary>
sealed class BacklogLoop(
    JobStore jobs, RequestStore requests, IChunkPublisher publisher, ModelCatalog catalog, ModelDirectory directory,
    Backlog known, LaneWaits waits, TenantQuotas quotas, IntakeMetrics metrics, TimeProvider time, ILogger<BacklogLoop> logger) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    static readonly Lane[] Lanes = [Lane.Priority, Lane.Bulk];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, time);
        do
        {
            try
            {
                await ReadItemsAsync();
                await ReadQueuesAsync(stoppingToken);
            }
            catch (Exception outage) when (outage is StoreUnavailableException or BrokerUnavailableException)
            {
                logger.BacklogUnknown(outage.Message);
                if (outage is StoreUnavailableException)
                    Forget();
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    async Task ReadItemsAsync()
    {
        var backlog = new Dictionary<(string Model, Lane Lane), long>(await requests.BacklogAsync());
        var lookups = await Task.WhenAll((await jobs.ListOpenAsync()).Select(jobs.FindAsync));
        var listed = lookups.Select(lookup => lookup.Found).OfType<JobSnapshot>().ToList();
        var open = listed.Where(job => !job.State.IsTerminal()).ToList();
        quotas.Update(open.GroupBy(job => job.Record.Tenant)
            .ToDictionary(jobs => jobs.Key, jobs => new TenantLoad(jobs.Count(), jobs.Sum(job => job.Pending))));

        // What is paused waits for its owner, and not for workers.
        foreach (var job in listed)
        {
            var key = (job.Record.Model, Lane.Bulk);
            backlog[key] = backlog.GetValueOrDefault(key) + (job.IsPaused || job.State.IsTerminal() ? 0 : job.Pending);
        }

        // A known model with nothing to do shows zero, not nothing.
        foreach (var key in catalog.Now.Models.Keys.SelectMany(model => Lanes.Select(lane => (model, lane))))
            backlog.TryAdd(key, 0);

        foreach (var ((model, lane), items) in backlog)
            metrics.Backlog(model, lane, items);

        Show(open, backlog.Keys.Select(key => key.Model).Distinct());
        waits.Update(backlog, await ReadCapacityAsync());
        known.Items = backlog;
    }

    void Show(List<JobSnapshot> open, IEnumerable<string> models)
    {
        var byModel = open.ToLookup(job => job.Record.Model);
        foreach (var model in models)
        {
            var oldest = byModel[model].Select(job => time.GetUtcNow() - job.Record.CreatedAt).DefaultIfEmpty().Max();
            metrics.Jobs(model, byModel[model].Count(), oldest);
        }
    }

    async Task<Dictionary<(string Model, Lane Lane), double>> ReadCapacityAsync()
    {
        var capacity = new Dictionary<(string Model, Lane Lane), double>();
        foreach (var model in catalog.Now.Models.Keys)
        {
            var workers = (await directory.ListReportsAsync(model)).SelectMany(version => version).ToArray();
            foreach (var lane in Lanes)
                capacity.Add((model, lane), Capacity.PerSecond(workers, lane));
        }

        return capacity;
    }

    void Forget()
    {
        known.Items = null;
        waits.Forget();
        metrics.BacklogUnknown();
    }

    async Task ReadQueuesAsync(CancellationToken cancellationToken)
    {
        foreach (var model in catalog.Now.Models.Keys)
        {
            foreach (var lane in Lanes)
            {
                if (await publisher.FindDepthAsync(model, lane, cancellationToken) is { } depth)
                    metrics.Queue(model, lane, depth);
            }
        }
    }
}
