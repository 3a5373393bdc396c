using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Jobs;

namespace SkillAi.Queue.Producer.Feeding;

/// <summary>Decides which chunk enters a model's bulk lane next, if any: never more items than the window. The tenant
/// with the least in flight comes first: in a queue in order of arrival that shares the workers evenly, and whoever has
/// just come catches up at once. Jobs of a tenant take turns; one of high priority gets four times what a normal one
/// gets, and that four times what a low one gets: nobody starves. Holds no clock: what is in flight follows from what
/// was handed out and what the store says is answered.</summary>
sealed class FeederPolicy(int window)
{
    /// <summary>The largest chunk: a turn always covers one.</summary>
    const int Quantum = Limits.MaxChunkItems;

    readonly Dictionary<string, Tenant> _tenants = [];
    long _turn;

    /// <summary>Most items that are in flight.</summary>
    public int Window { get; set; } = window;

    /// <summary>Whether more than one job has chunks to feed or in flight.</summary>
    public bool IsShared =>
        _tenants.Values.SelectMany(tenant => tenant.Jobs.Items).Where(job => job.HasWork || job.InFlight > 0).Take(2).Count() > 1;

    /// <summary>Whether there are chunks to be fed.</summary>
    public bool HasWork => _tenants.Values.Any(tenant => tenant.Jobs.HasWork);

    public bool IsEmpty => _tenants.Count == 0;

    public long InFlight => _tenants.Values.Sum(tenant => tenant.InFlight);

    public void Add(JobFeed job)
    {
        if (!_tenants.TryGetValue(job.Job.Record.Tenant, out var tenant))
            _tenants.Add(job.Job.Record.Tenant, tenant = new());

        tenant.Jobs.Add(job);
    }

    public void Remove(JobFeed job)
    {
        var tenant = _tenants[job.Job.Record.Tenant];
        tenant.Jobs.Remove(job);
        if (tenant.Jobs.Count == 0)
            _tenants.Remove(job.Job.Record.Tenant);
    }

    /// <summary>Hands out the next chunk. A chunk that does not fit into the window now is waited for, not overtaken
    /// by smaller ones.</summary>
    public bool TryTake(out JobFeed job, out FeedChunk chunk)
    {
        (job, chunk) = (null!, default);
        var tenant = _tenants.Values.Where(tenant => tenant.Jobs.HasWork)
            .MinBy(tenant => (tenant.InFlight, tenant.LastTurn));
        if (tenant?.Jobs.Peek() is not { } next || InFlight + next.PeekItems() > Window)
            return false;

        (job, chunk) = (next, next.Take());
        tenant.Jobs.Charge(chunk.Items);
        tenant.LastTurn = ++_turn;
        return true;
    }

    static int Weight(JobPriority priority) => priority switch
    {
        JobPriority.High => 16,
        JobPriority.Normal => 4,
        JobPriority.Low => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(priority), priority, message: null),
    };

    sealed class Tenant
    {
        public RoundRobin<JobFeed> Jobs { get; } =
            new(feed => feed.HasWork, feed => Weight(feed.Job.Record.Priority) * Quantum);

        /// <summary>Number of its last turn.</summary>
        public long LastTurn { get; set; }

        public long InFlight => Jobs.Items.Sum(job => job.InFlight);
    }
}
