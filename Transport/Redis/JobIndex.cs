using SkillAi.Queue.Contracts;
using StackExchange.Redis;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>Which jobs there are: lists beside the jobs, in other slots of a cluster, and so not changed in one step
/// with them. A listed job that is gone is taken off by whoever notices.</summary>
sealed class JobIndex(TimeProvider time)
{
    /// <summary>No job lives longer: the longest deadline and the longest time to live, and a day.</summary>
    static readonly TimeSpan LongestLife = Limits.MaxTtl + Limits.MaxTtl + TimeSpan.FromDays(1);

    public Task AddAsync(IDatabase database, JobRecord record)
    {
        var created = record.CreatedAt.ToUnixTimeMilliseconds();
        var dead = (time.GetUtcNow() - LongestLife).ToUnixTimeMilliseconds();
        var mine = Keys.TenantJobs(record.Tenant);
        return Task.WhenAll(
            database.SortedSetAddAsync(Keys.OpenJobs, record.Id, created),
            database.SortedSetAddAsync(mine, record.Id, created),
            database.SortedSetRemoveRangeByScoreAsync(mine, double.NegativeInfinity, dead),
            database.KeyExpireAsync(mine, LongestLife));
    }

    public static async Task<IReadOnlyList<string>> ReadOpenAsync(IDatabase database) =>
        Array.ConvertAll(await database.SortedSetRangeByRankAsync(Keys.OpenJobs), id => id.ToString());

    public static Task<bool> CloseAsync(IDatabase database, string job) =>
        database.SortedSetRemoveAsync(Keys.OpenJobs, job);

    public static async Task<IReadOnlyList<JobSnapshot>> ReadPageAsync(
        IDatabase database, string tenant, string? after, int limit)
    {
        var mine = Keys.TenantJobs(tenant);
        var rank = after is null ? 0 : 1 + await database.SortedSetRankAsync(mine, after, Order.Descending);
        var page = new List<JobSnapshot>();
        while (rank is { } from && page.Count < limit)
        {
            var ids = await database.SortedSetRangeByRankAsync(
                mine, from, from + limit - page.Count - 1, Order.Descending);
            if (ids.Length == 0)
                break;

            var found = await Task.WhenAll(ids.Select(id => ReadAsync(database, id.ToString())));
            page.AddRange(found.OfType<JobSnapshot>());
            RedisValue[] gone = [.. ids.Where((_, i) => found[i] is null)];
            await database.SortedSetRemoveAsync(mine, gone);
            rank = from + ids.Length - gone.Length;
        }

        return page;
    }

    static async Task<JobSnapshot?> ReadAsync(IDatabase database, string job) =>
        JobFields.Read(job, await database.HashGetAllAsync(Keys.Job(job)));
}
