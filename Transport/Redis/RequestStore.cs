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
        return WriteAllAsync("request_create", records, record => record.Id,
            (db, batch) => RequestScripts.CreateAsync(db, batch, now));
    }

    /// <summary>Takes back what could not be published, as if it had never been.</summary>
    public Task WithdrawAsync(IReadOnlyList<RequestRecord> records) =>
        WriteAllAsync("request_withdraw", records, record => record.Id, RequestScripts.WithdrawAsync);

    public Task<Lookup<RequestResource>> FindAsync(string id) => redis.RunAsync("request_find", async db =>
        await LookUpAsync(db, id, await db.HashGetAsync(Keys.Request(id), RequestFields.Shown)));

    /// <summary>As <see cref="FindAsync"/>, and marks the record so that its end is announced to all instances.</summary>
    public Task<Lookup<RequestResource>> WatchAsync(string id) => redis.RunAsync("request_watch", async db =>
        await LookUpAsync(db, id, (RedisValue[])(await RequestScripts.WatchAsync(db, id))!));

    /// <summary>Makes an unfinished request cancelled; the lookup shows what it is now.</summary>
    public Task<Lookup<RequestResource>> CancelAsync(string id) => redis.WriteAsync("request_cancel", async db =>
    {
        await RequestScripts.CancelAsync(db, id);
        return await LookUpAsync(db, id, await db.HashGetAsync(Keys.Request(id), RequestFields.Shown));
    });

    /// <summary>Tells pollers that a run has begun. Not awaited: a lost mark costs nothing.</summary>
    public void MarkRunning(IReadOnlyList<string> ids) => _ = MarkRunningAsync(ids);

    /// <summary>Stores outcomes in few scripts, pipelined; wakes whoever waits. False where another outcome was there
    /// before, or the record is gone.</summary>
    public Task<bool[]> CommitAsync(IReadOnlyList<RequestResult> results) =>
        WriteAllAsync("request_commit", results, result => result.Id, RequestScripts.CommitAsync);

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
                var records = await redis.RunAsync("request_read", db => Task.WhenAll(page.Select(member =>
                    db.HashGetAsync(Keys.Request(IdOf(member)), RequestFields.Stored))));
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
        var shards = await redis.RunAsync("request_backlog", db => Task.WhenAll(
            Enumerable.Range(0, Keys.Shards).Select(shard => RequestScripts.BacklogAsync(db, shard, now))));
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
            await redis.RunAsync("request_running", db => Task.WhenAll(RequestBatches.Cut(ids, redis.IsCluster)
                .Select(positions => RequestScripts.MarkRunningAsync(db, Array.ConvertAll(positions, i => ids[i])))));
        }
        catch (StoreUnavailableException)
        {
            // Counted by the metric; the commit that follows is what matters.
        }
    }

    /// <summary>Runs a script over many requests in as few calls as the server allows, all sent before the first is
    /// awaited. Answers are in the order of the items.</summary>
    Task<bool[]> WriteAllAsync<T>(
        string operation, IReadOnlyList<T> items, Func<T, string> idOf,
        Func<IDatabase, IReadOnlyList<T>, Task<bool[]>> script) => redis.WriteAsync(operation, async db =>
    {
        var answers = new bool[items.Count];
        await Task.WhenAll(RequestBatches.Cut([.. items.Select(idOf)], redis.IsCluster).Select(async positions =>
        {
            var batch = await script(db, Array.ConvertAll(positions, i => items[i]));
            for (var i = 0; i < positions.Length; i++)
                answers[positions[i]] = batch[i];
        }));
        return answers;
    });

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
