using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;
using StackExchange.Redis;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>The scripts of a request's life, each with its keys and arguments in one place.</summary>
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

    static readonly RedisValue ReplyPrefix = Keys.Replies("");
    static readonly RedisValue TombstoneMs = (long)Limits.TombstoneTtl.TotalMilliseconds;

    public static Task<RedisResult> CreateAsync(IDatabase database, RequestRecord record, DateTimeOffset now)
    {
        var expiry = (record.DeadlineAt ?? record.CreatedAt + Limits.MaxTtl) + record.Ttl;
        var life = Math.Max(1, (long)(expiry - now).TotalMilliseconds);
        return CreateScript.RunAsync(database, OpenKeys(record.Id),
        [
            record.Id, record.Items, $"{record.Model}/{record.Lane.Name()}", life, expiry.ToUnixTimeMilliseconds(),
            .. RequestFields.Write(record),
        ]);
    }

    public static Task<RedisResult> WithdrawAsync(IDatabase database, RequestRecord record) =>
        WithdrawScript.RunAsync(database, OpenKeys(record.Id), [record.Id]);

    public static Task<RedisResult> WatchAsync(IDatabase database, string id) =>
        WatchScript.RunAsync(database, [Keys.Request(id)], RequestFields.Shown);

    public static Task<RedisResult> MarkRunningAsync(IDatabase database, string id) =>
        RunningScript.RunAsync(database, [Keys.Request(id)], []);

    public static Task<RedisResult> CommitAsync(IDatabase database, RequestResult result) =>
        CommitScript.RunAsync(database, EndKeys(result.Id),
        [
            result.Id, RequestFields.Text(result.State), result.Outputs.Utf8, RequestFields.Json(result.Timings),
            RequestFields.Json(result.Run), result.Attempts, result.ReplyTo ?? "", ReplyPrefix, Keys.RequestsDone,
            TombstoneMs, MaxReplyBytes,
        ]);

    public static Task<RedisResult> CancelAsync(IDatabase database, string id) =>
        CommitScript.RunAsync(database, EndKeys(id),
        [
            id, RequestFields.Text(RequestState.Cancelled), "", "", "", 0, "", ReplyPrefix, Keys.RequestsDone,
            TombstoneMs, MaxReplyBytes,
        ]);

    public static Task<RedisResult> BacklogAsync(IDatabase database, string shard, DateTimeOffset now) =>
        BacklogScript.RunAsync(database, [Keys.OpenRequests(shard), Keys.RequestBacklog(shard)],
            [now.ToUnixTimeMilliseconds()]);

    static RedisKey[] OpenKeys(string id)
    {
        var shard = Keys.Shard(id);
        return [Keys.Request(id), Keys.OpenRequests(shard), Keys.RequestBacklog(shard)];
    }

    static RedisKey[] EndKeys(string id) => [.. OpenKeys(id), Keys.RequestTombstone(id)];
}
