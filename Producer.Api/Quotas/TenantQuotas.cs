namespace SkillAi.Queue.Producer.Quotas;

/// <param name="Jobs">Unfinished jobs.</param>
/// <param name="Items">Items of them that are not answered.</param>
readonly record struct TenantLoad(int Jobs, long Items);

enum Quota
{
    OpenJobs,
    PendingItems,
}

/// <summary>Holds each tenant to its quotas. What all instances have let in is seen every two seconds; in between each
/// instance adds what it lets in itself, so that a tenant may pass its quota by what the others let in meanwhile.</summary>
sealed class TenantQuotas(QuotaOptions limits)
{
    readonly Lock _lock = new();
    Dictionary<string, TenantLoad> _loads = [];

    /// <summary>Takes over what the store says.</summary>
    public void Update(Dictionary<string, TenantLoad> loads)
    {
        lock (_lock)
            _loads = loads;
    }

    public long Limit(Quota quota) => quota == Quota.OpenJobs ? limits.MaxOpenJobs : limits.MaxPendingItems;

    /// <summary>Counts a job, unless the tenant has as many jobs, or as many pending items, as it may have.</summary>
    /// <returns>The quota that is spent; null where it was counted.</returns>
    public Quota? AddJob(string tenant)
    {
        lock (_lock)
        {
            var load = _loads.GetValueOrDefault(tenant);
            if (load.Jobs >= limits.MaxOpenJobs)
                return Quota.OpenJobs;
            if (load.Items >= limits.MaxPendingItems)
                return Quota.PendingItems;

            _loads[tenant] = load with { Jobs = load.Jobs + 1 };
            return null;
        }
    }

    /// <summary>False when the tenant has no room for that many items.</summary>
    public bool TryAddItems(string tenant, int items)
    {
        lock (_lock)
        {
            var load = _loads.GetValueOrDefault(tenant);
            if (load.Items + items > limits.MaxPendingItems)
                return false;

            _loads[tenant] = load with { Items = load.Items + items };
            return true;
        }
    }
}
