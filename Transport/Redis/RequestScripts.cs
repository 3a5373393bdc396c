using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;
using StackExchange.Redis;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>The scripts of a request's life, each with its keys and arguments in one place. They take many requests of
/// one shard at once: a command costs far more than an argument does.</summary>
static class RequestScripts
{
    /// <summary>A reply up to this size carries the outcome; a longer one makes the waiter read it.</summary>
    const int MaxReplyBytes = 4096;

    static readonly RedisScript CreateScript = RedisScript.Load("request-create");
    static readonly RedisScript WithdrawScript = RedisScript.Load("request-shard", "request-withdraw");
    static readonly RedisScript CommitScript = RedisScript.Load("request-shard", "request-commit");
    static readonly RedisScript BacklogScript = RedisScript.Load("request-shard", "request-backlog");

    /// <param name="records">Of one model, lane and shard.</param>
    /// <param name="limits">Of the lane in one shard.</param>
    public static async Task<AdmissionAnswer[]> CreateAsync(
        IDatabase database, IReadOnlyList<RequestRecord> records, AdmissionLimits limits, DateTimeOffset now)
    {
        var keys = ShardKeys(records[0].Id, 2 * records.Count);
        var arguments = new List<RedisValue>(4 + (9 * records.Count))
        {
            $"{records[0].Model}/{records[0].Lane.Name()}", limits.Items, limits.Bytes, limits.TenantItems ?? 0,
        };
        foreach (var record in records)
        {
            keys.Add(Keys.Request(record.Id));
            keys.Add(Keys.RequestResult(record.Id));
            arguments.Add(record.Id);
            arguments.Add(record.Tenant);
            arguments.Add(record.Items);
            arguments.Add(record.Input.Length);
            arguments.Add(Math.Max(1, (long)(record.ExpiresAt - now).TotalMilliseconds));
            arguments.Add(record.ExpiresAt.ToUnixTimeMilliseconds());
            arguments.Add((long)record.Ttl.TotalMilliseconds);
            arguments.Add(RequestFields.WriteFacts(record));
            arguments.Add(record.Input);
        }

        var answer = (long[])(await CreateScript.RunAsync(database, [.. keys], [.. arguments]))!;
        return Array.ConvertAll(answer[1..], verdict => new AdmissionAnswer((Admission)verdict, answer[0]));
    }

    /// <returns>For each, whether it was there.</returns>
    public static async Task<bool[]> WithdrawAsync(IDatabase database, IReadOnlyList<RequestRecord> records)
    {
        var keys = ShardKeys(records[0].Id, records.Count);
        keys.AddRange(records.Select(record => (RedisKey)Keys.Request(record.Id)));
        return (bool[])(await WithdrawScript.RunAsync(database, [.. keys], []))!;
    }

    /// <param name="isAnswer">Whether they passed through their lane: an end that comes early says nothing of what stood
    /// before them.</param>
    /// <returns>For each, whether it was stored.</returns>
    public static async Task<bool[]> CommitAsync(IDatabase database, IReadOnlyList<RequestResult> results, bool isAnswer)
    {
        var keys = ShardKeys(results[0].Id, 3 * results.Count);
        keys.AddRange(results.Select(result => (RedisKey)Keys.RequestResult(result.Id)));
        keys.AddRange(results.Select(result => (RedisKey)Keys.Request(result.Id)));
        keys.AddRange(results.Select(result => (RedisKey)Keys.RequestWatched(result.Id)));
        var arguments = new List<RedisValue>(4 + (4 * results.Count))
        {
            Keys.Replies(""), Keys.RequestsDone, MaxReplyBytes, isAnswer,
        };
        foreach (var result in results)
        {
            arguments.Add(result.Id);
            arguments.Add((long)result.Ttl.TotalMilliseconds);
            arguments.Add(RequestFields.Write(result.Outcome));
            arguments.Add(result.ReplyTo ?? "");
        }

        return (bool[])(await CommitScript.RunAsync(database, [.. keys], [.. arguments]))!;
    }

    /// <param name="expired">What was to expire before is taken off.</param>
    /// <param name="takeAnswered">Whether the counts of what was answered begin anew.</param>
    public static async Task<RedisValue[]> BacklogAsync(
        IDatabase database, int shard, DateTimeOffset expired, bool takeAnswered)
    {
        var name = Keys.ShardName(shard);
        return (RedisValue[])(await BacklogScript.RunAsync(
            database, [Keys.OpenRequests(name), Keys.RequestBacklog(name)],
            [expired.ToUnixTimeMilliseconds(), takeAnswered]))!;
    }

    static List<RedisKey> ShardKeys(string id, int more)
    {
        var shard = Keys.ShardName(RequestId.Shard(id));
        return new(2 + more) { Keys.OpenRequests(shard), Keys.RequestBacklog(shard) };
    }
}
