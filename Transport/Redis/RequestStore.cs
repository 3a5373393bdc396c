using System.Runtime.CompilerServices;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;
using StackExchange.Redis;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>Requests in Redis. The first terminal outcome wins; every later one changes nothing.</summary>
public sealed class RequestStore(RedisConnection redis, TimeProvider time)
{
    const int PageSize = 256;

    /// <summary>Stores records of accepted requests, in one round trip.</summary>
    public Task CreateAsync(IReadOnlyList<RequestRecord> records)
    {
        var now = time.GetUtcNow();
        return RunAllAsync("request_create", records, (db, record) => RequestScripts.CreateAsync(db, record, now));
    }

    /// <summary>Takes back what could not be published, as if it had never been.</summary>
    public Task WithdrawAsync(IReadOnlyList<RequestRecord> records) =>
        RunAllAsync("request_withdraw", records, RequestScripts.WithdrawAsync);

    public Task<Lookup<RequestResource>> FindAsync(string id) => redis.RunAsync("request_find", async db =>
        await LookUpAsync(db, id, await db.HashGetAsync(Keys.Request(id), RequestFields.Shown)));

    /// <summary>As <see cref="FindAsync"/>, and marks the record so that its end is announced to all instances.</summary>
    public Task<Lookup<RequestResource>> WatchAsync(string id) => redis.RunAsync("request_watch", async db =>
        await LookUpAsync(db, id, (RedisValue[])(await RequestScripts.WatchAsync(db, id))!));

    /// <summary>Makes an unfinished request cancelled; the lookup shows what it is now.</summary>
    public Task<Lookup<RequestResource>> CancelAsync(string id) => redis.RunAsync("request_cancel", async db =>
    {
        await RequestScripts.CancelAsync(db, id);
        return await LookUpAsync(db, id, await db.HashGetAsync(Keys.Request(id), RequestFields.Shown));
    });

    /// <summary>Tells pollers that a run has begun. Not awaited: a lost mark costs nothing.</summary>
    public void MarkRunning(IReadOnlyList<string> ids) => _ = MarkRunningAsync(ids);

    /// <summary>Stores outcomes, one script a request, pipelined; wakes whoever waits. False where another outcome
    /// was there before, or the record is gone.</summary>
    public async Task<bool[]> CommitAsync(IReadOnlyList<RequestResult> results) =>
        Array.ConvertAll(await RunAllAsync("request_commit", results, RequestScripts.CommitAsync), stored => (bool)stored);

    /// <summary>Records of all unfinished requests, roughly oldest first within a shard.</summary>
    public async IAsyncEnumerable<RequestRecord> UnfinishedAsync(
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var shard = 0; shard < Keys.Shards; shard++)
        {
            var open = Keys.OpenRequests(Keys.ShardName(shard));
            var members = await redis.RunAsync("request_list", db => db.SortedSetRangeByRankAsync(open));
            foreach (var page in members.Chunk(PageSize))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var records = await RunAllAsync("request_read", page,
                    (db, member) => db.HashGetAsync(Keys.Request(IdOf(member)), RequestFields.Stored));
                foreach (var values in records)
                {
                    if (RequestFields.ReadUnfinished(values) is { } record)
                        yield return record;
                }
            }
        }
    }

    /// <summary>Items accepted and not terminal, by model and lane.</summary>
    public async Task<IReadOnlyDictionary<(string Model, Lane Lane), long>> BacklogAsync()
    {
        var now = time.GetUtcNow();
        var shards = await RunAllAsync("request_backlog", [.. Enumerable.Range(0, Keys.Shards)],
            (db, shard) => RequestScripts.BacklogAsync(db, Keys.ShardName(shard), now));
        var backlog = new Dictionary<(string, Lane), long>();
        foreach (var counts in shards)
        {
            for (var i = 0; i < counts.Length; i += 2)
            {
                var field = counts[i].ToString().Split('/');
                var key = (field[0], LaneNames.Parse(field[1]));
                backlog[key] = backlog.GetValueOrDefault(key) + (long)counts[i + 1];
            }
        }

        return backlog;
    }

    async Task MarkRunningAsync(IReadOnlyList<string> ids)
    {
        try
        {
            await RunAllAsync("request_running", ids, RequestScripts.MarkRunningAsync);
        }
        catch (StoreUnavailableException)
        {
            // Counted by the metric; the commit that follows is what matters.
        }
    }

    /// <summary>All are sent before the first is awaited: one round trip.</summary>
    Task<T[]> RunAllAsync<TItem, T>(
        string operation, IReadOnlyList<TItem> items, Func<IDatabase, TItem, Task<T>> work) =>
        redis.RunAsync(operation, db => Task.WhenAll(items.Select(item => work(db, item))));

    static async Task<Lookup<RequestResource>> LookUpAsync(IDatabase database, string id, RedisValue[] values) =>
        RequestFields.ReadShown(values) is { } resource
            ? new(resource, IsGone: false)
            : new(null, await database.KeyExistsAsync(Keys.RequestTombstone(id)));

    static string IdOf(RedisValue member)
    {
        var text = member.ToString();
        return text[(text.LastIndexOf(' ') + 1)..];
    }
}
