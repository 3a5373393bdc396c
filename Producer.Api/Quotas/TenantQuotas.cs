namespace SkillAi.Queue.Producer.Quotas;

/// <param name="Jobs">Unfinished jobs.</param>
/// <param name="Items">Items of them that are not answered.</param>
readonly record struct TenantLoad(int Jobs, long Items);

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

    /// <summary>False when the tenant has as many jobs, or as many pending items, as it may have.</summary>
    public bool TryAddJob(string tenant)
    {
        lock (_lock)
        {
            var load = _loads.GetValueOrDefault(tenant);
            if (load.Jobs >= limits.MaxOpenJobs || load.Items >= limits.MaxPendingItems)
                return false;

            _loads[tenant] = load with { Jobs = load.Jobs + 1 };
            return true;
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
