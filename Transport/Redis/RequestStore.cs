using System.Runtime.CompilerServices;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;
using StackExchange.Redis;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>Requests in Redis. The first terminal outcome wins; every later one changes nothing. An outcome may come
/// before its record, and is shown once the record is there. Whoever looks at a request that is not answered past its
/// deadline ends it as expired.</summary>
public sealed class RequestStore(RedisConnection redis, TimeProvider time)
{
    const int PageSize = 256;

    /// <summary>How far this clock may be ahead of the store's: what expired a moment ago by it may be there still, and a
    /// commit would take it off a second time.</summary>
    static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    /// <summary>How long a mark outlives whoever made it.</summary>
    static readonly TimeSpan MarkLife = TimeSpan.FromMinutes(5);

    /// <summary>Admits requests and stores their records, in one round trip. What is not admitted is not stored.</summary>
    /// <param name="records">Of one model and lane.</param>
    /// <param name="limits">Of the lane in one shard; null: none.</param>
    public Task<AdmissionAnswer[]> CreateAsync(IReadOnlyList<RequestRecord> records, AdmissionLimits? limits = null)
    {
        var now = time.GetUtcNow();
        return WriteAllAsync("request_create", records, record => record.Id, (db, batch) =>
            RequestScripts.CreateAsync(db, batch, limits ?? AdmissionLimits.None, now));
    }

    /// <summary>Takes back what could not be published, as if it had never been.</summary>
    public Task WithdrawAsync(IReadOnlyList<RequestRecord> records) =>
        WriteAllAsync("request_withdraw", records, record => record.Id, RequestScripts.WithdrawAsync);

    public Task<Lookup<RequestResource>> FindAsync(string id) => RequestId.IsIssued(id)
        ? ExpireLateAsync(redis.RunAsync("request_find", db => LookUpAsync(db, id)))
        : Task.FromResult(default(Lookup<RequestResource>));

    /// <summary>How it ended, also where its record has not come yet.</summary>
    public Task<RequestOutcome?> FindOutcomeAsync(string id) => RequestId.IsIssued(id)
        ? redis.RunAsync("request_outcome", async db =>
        {
            var result = await db.StringGetAsync(Keys.RequestResult(id));
            return result.IsNull ? null : RequestFields.ReadResult(result).Outcome;
        })
        : Task.FromResult<RequestOutcome?>(null);

    /// <summary>As <see cref="FindAsync"/>, and marks the request so that its end is announced to all instances.</summary>
    public Task<Lookup<RequestResource>> WatchAsync(string id) => RequestId.IsIssued(id)
        ? ExpireLateAsync(redis.RunAsync("request_watch", async db =>
        {
            // In this order: an end before the mark is seen by the look that follows it.
            var marked = db.StringSetAsync(Keys.RequestWatched(id), true, MarkLife);
            var found = await LookUpAsync(db, id);
            await marked;
            return found;
        }))
        : Task.FromResult(default(Lookup<RequestResource>));

    /// <summary>Makes an unfinished request cancelled; the lookup shows what it is now.</summary>
    public async Task<Lookup<RequestResource>> CancelAsync(string id)
    {
        await EndAsync(id, RequestState.Cancelled);
        return await FindAsync(id);
    }

    /// <summary>Tells pollers that a run has begun. Not awaited: a lost mark costs nothing.</summary>
    public void MarkRunning(IReadOnlyList<string> ids) => _ = MarkRunningAsync(ids);

    /// <summary>Stores outcomes in few scripts, pipelined; wakes whoever waits. False where another outcome was there
    /// before.</summary>
    public Task<bool[]> CommitAsync(IReadOnlyList<RequestResult> results) =>
        WriteAllAsync("request_commit", results, result => result.Id, (db, batch) =>
            RequestScripts.CommitAsync(db, batch, isAnswer: true));

    /// <summary>Records of unfinished requests, roughly oldest first within a shard.</summary>
    /// <param name="isWanted">Those that are not are not read: there may be a million of them.</param>
    public async IAsyncEnumerable<RequestRecord> UnfinishedAsync(
        Func<OpenRequest, bool> isWanted, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var shard = 0; shard < RequestId.Shards; shard++)
        {
            var open = Keys.OpenRequests(Keys.ShardName(shard));
            var members = await redis.RunAsync("request_list", db => db.SortedSetRangeByRankAsync(open));
            foreach (var page in members.Select(member => OpenRequest.Parse(member.ToString())).Where(isWanted).Chunk(PageSize))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var records = await redis.RunAsync("request_read", db =>
                    Task.WhenAll(page.Select(request => ReadUnfinishedAsync(db, request.Id))));
                foreach (var record in records.OfType<RequestRecord>())
                    yield return record;
            }
        }
    }

    /// <summary>Items accepted and not terminal, by model and lane.</summary>
    public async Task<IReadOnlyDictionary<(string Model, Lane Lane), long>> BacklogAsync() =>
        (await ReadTurnoverAsync(take: false)).ToDictionary(lane => lane.Key, lane => lane.Value.Waiting);

    /// <summary>The same, and what was answered since the last call. For the one that feeds: what it takes nobody else
    /// gets.</summary>
    public Task<Dictionary<(string Model, Lane Lane), LaneTurnover>> TakeTurnoverAsync() => ReadTurnoverAsync(take: true);

    async Task<Dictionary<(string Model, Lane Lane), LaneTurnover>> ReadTurnoverAsync(bool take)
    {
        var expired = time.GetUtcNow() - ClockSkew;
        var shards = await redis.RunAsync("request_backlog", db => Task.WhenAll(
            Enumerable.Range(0, RequestId.Shards).Select(shard => RequestScripts.BacklogAsync(db, shard, expired, take))));
        var lanes = new Dictionary<(string, Lane), LaneTurnover>();
        foreach (var counts in shards)
        {
            for (var i = 0; i < counts.Length; i += 2)
            {
                // Bytes and what tenants hold is there too.
                if (counts[i].ToString().Split(' ', '/') is not [("items" or "answered") and var what, var model, var lane])
                    continue;

                var (key, count) = ((model, LaneNames.Parse(lane)), (long)counts[i + 1]);
                var before = lanes.GetValueOrDefault(key);
                lanes[key] = what == "items"
                    ? before with { Waiting = before.Waiting + count }
                    : before with { Answered = before.Answered + count };
            }
        }

        return lanes;
    }

    async Task<Lookup<RequestResource>> ExpireLateAsync(Task<Lookup<RequestResource>> looking)
    {
        var lookup = await looking;
        if (lookup.Found is not { } seen || RequestDeadline.Left(seen, time.GetUtcNow()) is not { } left || left > TimeSpan.Zero)
            return lookup;

        // A worker may be first: then its answer is what the second look shows.
        await EndAsync(seen.Id, RequestState.Expired);
        return await redis.RunAsync("request_find", db => LookUpAsync(db, seen.Id));
    }

    /// <summary>Ends a request that is not answered, all items of it alike.</summary>
    async Task EndAsync(string id, RequestState state)
    {
        if (await FindUnfinishedAsync(id) is not { } record)
            return;

        if (RequestDeadline.Left(record.DeadlineAt, time.GetUtcNow()) <= TimeSpan.Zero)
            state = RequestState.Expired;

        var outcome = new RequestOutcome(
            state, Attempts: 0, Timings: null, Run: null, RequestFields.WithoutAnswers(state, record.Items));
        RequestResult[] result = [new(id, record.Ttl, outcome, record.ReplyTo)];
        await WriteAllAsync("request_commit", result, ended => ended.Id, (db, batch) =>
            RequestScripts.CommitAsync(db, batch, isAnswer: false));
    }

    async Task MarkRunningAsync(IReadOnlyList<string> ids)
    {
        try
        {
            await redis.RunAsync("request_running", db => Task.WhenAll(
                ids.Select(id => db.StringSetAsync(Keys.RequestRunning(id), true, MarkLife))));
        }
        catch (StoreUnavailableException)
        {
            // Counted by the metric; the commit that follows is what matters.
        }
    }

    /// <summary>Runs a script over many requests in as few calls as their shards allow, all sent before the first is
    /// awaited. Answers are in the order of the items.</summary>
    Task<TAnswer[]> WriteAllAsync<T, TAnswer>(
        string operation, IReadOnlyList<T> items, Func<T, string> idOf,
        Func<IDatabase, IReadOnlyList<T>, Task<TAnswer[]>> script) => redis.WriteAsync(operation, async db =>
    {
        var answers = new TAnswer[items.Count];
        await Task.WhenAll(RequestBatches.Cut([.. items.Select(idOf)]).Select(async positions =>
        {
            var batch = await script(db, Array.ConvertAll(positions, i => items[i]));
            for (var i = 0; i < positions.Length; i++)
                answers[positions[i]] = batch[i];
        }));
        return answers;
    });

    async Task<RequestRecord?> FindUnfinishedAsync(string id) => RequestId.IsIssued(id)
        ? await redis.RunAsync("request_read", db => ReadUnfinishedAsync(db, id))
        : null;

    static async Task<Lookup<RequestResource>> LookUpAsync(IDatabase database, string id)
    {
        var values = await database.StringGetAsync(
            [Keys.Request(id), Keys.RequestResult(id), Keys.RequestRunning(id)]);
        var resource = RequestFields.ReadResource(values[0], values[1], isRunning: !values[2].IsNull);
        return new(resource, IsGone: resource is null);
    }

    static async Task<RequestRecord?> ReadUnfinishedAsync(IDatabase database, string id)
    {
        var values = await database.StringGetAsync([Keys.Request(id), Keys.RequestResult(id)]);
        return !values[0].IsNull && values[1].IsNull ? RequestFields.ReadRecord(values[0]) : null;
    }
}
