using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;
using StackExchange.Redis;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>The scripts of a request's life, each with its keys and arguments in one place. Most take many requests
/// at once: a command costs far more than an argument does.</summary>
static class RequestScripts
{
    /// <summary>A reply up to this size carries the result; a longer one makes the waiter read it.</summary>
    const int MaxReplyBytes = 4096;

    static readonly RedisScript CreateScript = RedisScript.Load("request-create");
    static readonly RedisScript WithdrawScript = RedisScript.Load("request-withdraw");
    static readonly RedisScript WatchScript = RedisScript.Load("request-watch");
    static readonly RedisScript RunningScript = RedisScript.Load("request-running");
    static readonly RedisScript CommitScript = RedisScript.Load("request-commit");
    static readonly RedisScript BacklogScript = RedisScript.Load("request-backlog");

    static readonly RedisValue[] CommitHead =
        [Keys.Replies(""), Keys.RequestsDone, MaxReplyBytes, (long)Limits.TombstoneTtl.TotalMilliseconds];

    public static Task<bool[]> CreateAsync(IDatabase database, IReadOnlyList<RequestRecord> records, DateTimeOffset now)
    {
        var keys = new List<RedisKey>(3 * records.Count);
        var arguments = new List<RedisValue>(11 * records.Count);
        foreach (var record in records)
        {
            var expiry = (record.DeadlineAt ?? record.CreatedAt + Limits.MaxTtl) + record.Ttl;
            AddOpenKeys(keys, record.Id);
            arguments.Add(record.Id);
            arguments.Add(record.Items);
            arguments.Add($"{record.Model}/{record.Lane.Name()}");
            arguments.Add(Math.Max(1, (long)(expiry - now).TotalMilliseconds));
            arguments.Add(expiry.ToUnixTimeMilliseconds());
            arguments.Add((long)record.Ttl.TotalMilliseconds);
            arguments.Add(RequestFields.Resource(record));
            arguments.Add(record.Input);
            arguments.Add(record.Tenant);
            arguments.Add(record.Traceparent ?? "");
            arguments.Add(record.ReplyTo ?? "");
        }

        return RunAsync(CreateScript, database, keys, arguments);
    }

    public static Task<bool[]> WithdrawAsync(IDatabase database, IReadOnlyList<RequestRecord> records)
    {
        var keys = new List<RedisKey>(3 * records.Count);
        foreach (var record in records)
            AddOpenKeys(keys, record.Id);

        return RunAsync(WithdrawScript, database, keys, [.. records.Select(record => (RedisValue)record.Id)]);
    }

    public static Task<bool[]> CommitAsync(IDatabase database, IReadOnlyList<RequestResult> results)
    {
        var keys = new List<RedisKey>(4 * results.Count);
        var arguments = new List<RedisValue>(CommitHead.Length + (7 * results.Count));
        arguments.AddRange(CommitHead);
        foreach (var result in results)
        {
            AddOpenKeys(keys, result.Id);
            keys.Add(Keys.RequestTombstone(result.Id));
            arguments.Add(result.Id);
            arguments.Add(RequestFields.Text(result.State));
            arguments.Add(result.Outputs.Utf8);
            arguments.Add(RequestFields.Json(result.Timings));
            arguments.Add(RequestFields.Json(result.Run));
            arguments.Add(result.Attempts);
            arguments.Add(result.ReplyTo ?? "");
        }

        return RunAsync(CommitScript, database, keys, arguments);
    }

    public static Task<bool[]> CancelAsync(IDatabase database, string id)
    {
        var keys = new List<RedisKey>(4);
        AddOpenKeys(keys, id);
        keys.Add(Keys.RequestTombstone(id));
        return RunAsync(CommitScript, database, keys,
            [.. CommitHead, id, RequestFields.Text(RequestState.Cancelled), "", "", "", 0, ""]);
    }

    public static Task<RedisResult> WatchAsync(IDatabase database, string id) =>
        WatchScript.RunAsync(database, [Keys.Request(id)], RequestFields.Shown);

    public static Task<RedisResult> MarkRunningAsync(IDatabase database, IReadOnlyList<string> ids) =>
        RunningScript.RunAsync(database, [.. ids.Select(id => (RedisKey)Keys.Request(id))], []);

    public static async Task<RedisValue[]> BacklogAsync(IDatabase database, int shard, DateTimeOffset now)
    {
        var name = Keys.ShardName(shard);
        return (RedisValue[])(await BacklogScript.RunAsync(
            database, [Keys.OpenRequests(name), Keys.RequestBacklog(name)], [now.ToUnixTimeMilliseconds()]))!;
    }

    static void AddOpenKeys(List<RedisKey> keys, string id)
    {
        var shard = Keys.Shard(id);
        keys.Add(Keys.Request(id));
        keys.Add(Keys.OpenRequests(shard));
        keys.Add(Keys.RequestBacklog(shard));
    }

    static async Task<bool[]> RunAsync(
        RedisScript script, IDatabase database, List<RedisKey> keys, List<RedisValue> arguments) =>
        (bool[])(await script.RunAsync(database, [.. keys], [.. arguments]))!;
}
