using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Jobs;

namespace SkillAi.Queue.Producer.Feeding;

/// <summary>Decides which chunk enters a model's bulk lane next, if any: never more items than the window, shared
/// fairly between tenants, and between the jobs of a tenant. Holds no clock: what is in flight follows from what was
/// handed out and what the store says is answered. A job of high priority gets four times what a normal one of its
/// tenant gets, and that four times what a low one gets: nobody starves.</summary>
sealed class FeederPolicy(int window)
{
    /// <summary>The largest chunk: a turn always covers one.</summary>
    const int Quantum = Limits.MaxChunkItems;

    readonly Dictionary<string, RoundRobin<JobFeed>> _byTenant = [];
    readonly RoundRobin<RoundRobin<JobFeed>> _tenants = new(jobs => jobs.HasWork, _ => Quantum);

    public bool IsEmpty => _byTenant.Count == 0;

    public long InFlight => _tenants.Items.Sum(jobs => jobs.Items.Sum(job => job.InFlight));

    public void Add(JobFeed job)
    {
        if (!_byTenant.TryGetValue(job.Job.Record.Tenant, out var jobs))
        {
            _byTenant.Add(job.Job.Record.Tenant, jobs = new(feed => feed.HasWork, feed => Weight(feed.Job.Record.Priority) * Quantum));
            _tenants.Add(jobs);
        }

        jobs.Add(job);
    }

    public void Remove(JobFeed job)
    {
        var jobs = _byTenant[job.Job.Record.Tenant];
        jobs.Remove(job);
        if (jobs.Count > 0)
            return;

        _tenants.Remove(jobs);
        _byTenant.Remove(job.Job.Record.Tenant);
    }

    /// <summary>Hands out the next chunk. A chunk that does not fit into the window now is waited for, not overtaken
    /// by smaller ones.</summary>
    public bool TryTake(out JobFeed job, out FeedChunk chunk)
    {
        (job, chunk) = (null!, default);
        if (_tenants.Peek() is not { } jobs || jobs.Peek() is not { } next)
            return false;

        if (InFlight + next.PeekItems() > window)
            return false;

        (job, chunk) = (next, next.Take());
        jobs.Charge(chunk.Items);
        _tenants.Charge(chunk.Items);
        return true;
    }

    static int Weight(JobPriority priority) => priority switch
    {
        JobPriority.High => 16,
        JobPriority.Normal => 4,
        JobPriority.Low => 1,
        _ => throw new ArgumentOutOfRangeException(nameof(priority), priority, message: null),
    };
}
