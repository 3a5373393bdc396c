using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>Who feeds. Held for a time, renewed before it runs out; every change of hand has a higher epoch, so that a
/// holder which did not notice its loss is refused wherever it writes.</summary>
public sealed class FeederLease(RedisConnection redis)
{
    static readonly RedisScript HoldScript = RedisScript.Load("lease-hold");
    static readonly RedisScript ReleaseScript = RedisScript.Load("lease-release");

    /// <summary>Takes or renews the lease; the epoch while it is ours, null while it is another's.</summary>
    public Task<long?> TryHoldAsync(string holder, TimeSpan duration) => redis.WriteAsync("lease_hold", async db =>
    {
        var epoch = (long)await HoldScript.RunAsync(
            db, [Keys.FeederLease, Keys.FeederEpoch], [holder, (long)duration.TotalMilliseconds]);
        return epoch == 0 ? null : (long?)epoch;
    });

    /// <summary>Gives it up, so that another need not wait for its end.</summary>
    public Task ReleaseAsync(string holder) =>
        redis.RunAsync("lease_release", db => ReleaseScript.RunAsync(db, [Keys.FeederLease], [holder]));
}
