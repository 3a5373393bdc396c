using SkillAi.Queue.Contracts;
using StackExchange.Redis;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>Calls that carry an idempotency key. While one runs it is held by a short lease, which its process renews;
/// its answer is kept for a day. What it created is noted before it is created, so that a repeat finds it even when the
/// first process died before it could answer.</summary>
public sealed class KeyedCallStore(RedisConnection redis)
{
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);
    static readonly TimeSpan Life = TimeSpan.FromHours(24);

    static readonly RedisScript BeginScript = RedisScript.Load("call-begin");
    static readonly RedisScript WriteScript = RedisScript.Load("call-write");
    static readonly RedisScript RenewScript = RedisScript.Load("call-renew");
    static readonly RedisScript ReleaseScript = RedisScript.Load("call-release");

    /// <param name="scope">Names the call: a digest of its tenant, route and key.</param>
    /// <param name="target">Digest of what the call says besides its body.</param>
    public Task<KeyedCallRecord> BeginAsync(string scope, string holder, string target) => redis.WriteAsync("call_begin",
        async db =>
        {
            var reply = (RedisValue[])(await BeginScript.RunAsync(
                db, KeysOf(scope), [holder, Milliseconds(Lease), Milliseconds(Life), target]))!;
            return new KeyedCallRecord(
                Enum.Parse<KeyedCallState>(reply[0].ToString(), ignoreCase: true), Text(reply[1]), Text(reply[2]),
                reply[3].IsNullOrEmpty ? null : new((int)reply[3], Text(reply[4]), Text(reply[5]), reply[6]));
        });

    /// <summary>Notes what the call is about to create, or the fingerprint of its body. False when the call is another's.</summary>
    public Task<bool> BindAsync(string scope, string holder, string subject, string? fingerprint) =>
        WriteAsync(scope, holder, isOver: false, ["subject", subject, "fingerprint", fingerprint ?? ""]);

    /// <summary>Keeps the answer and gives the lease back.</summary>
    public Task<bool> FinishAsync(string scope, string holder, string fingerprint, KeyedAnswer answer) =>
        WriteAsync(scope, holder, isOver: true,
        [
            "fingerprint", fingerprint, "status", answer.Status, "location", answer.Location ?? "",
            "type", answer.ContentType ?? "", "body", answer.Body,
        ]);

    /// <summary>False when the lease is another's, or was another's who has answered the call.</summary>
    public Task<bool> RenewAsync(string scope, string holder) => redis.WriteAsync("call_renew", async db =>
        (bool)await RenewScript.RunAsync(db, KeysOf(scope), [holder, Milliseconds(Lease)]));

    /// <summary>Makes a call that was not answered free to be tried again.</summary>
    /// <param name="forget">Whether nothing of it exists.</param>
    public Task ReleaseAsync(string scope, string holder, bool forget) => redis.WriteAsync("call_release", db =>
        ReleaseScript.RunAsync(db, KeysOf(scope), [holder, forget]));

    Task<bool> WriteAsync(string scope, string holder, bool isOver, RedisValue[] fields) => redis.WriteAsync("call_write",
        async db => (bool)await WriteScript.RunAsync(
            db, KeysOf(scope), [holder, Milliseconds(Life), isOver, .. fields]));

    static RedisKey[] KeysOf(string scope) => [Keys.KeyedCall(scope), Keys.KeyedCallLease(scope)];

    static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;

    static string? Text(RedisValue value) => value.IsNullOrEmpty ? null : value.ToString();
}

public enum KeyedCallState
{
    /// <summary>It is ours: for the first time, or again after a try that was not answered.</summary>
    Begun,
    /// <summary>Another try of it runs.</summary>
    Running,
    Answered,
    /// <summary>Its key was used for a call with other parameters.</summary>
    Other,
}

/// <param name="Subject">What an earlier try created, or was about to.</param>
/// <param name="Fingerprint">Of the body of an earlier try that read all of it.</param>
public sealed record KeyedCallRecord(KeyedCallState State, string? Subject, string? Fingerprint, KeyedAnswer? Answer);

public sealed record KeyedAnswer(int Status, string? Location, string? ContentType, ReadOnlyMemory<byte> Body);
