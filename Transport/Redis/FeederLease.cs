namespace SkillAi.Queue.Transport.Redis;

/// <summary>Who feeds. Held for a time, renewed before it runs out; every change of hand has a higher epoch, so that a
/// holder which did not notice its loss is refused wherever it writes.</summary>
public sealed class FeederLease(RedisConnection redis)
{
    /// <summary>Takes or renews the lease; the epoch while it is ours, null while it is another's.</summary>
    public Task<long?> TryHoldAsync(string holder, TimeSpan duration) => throw new NotImplementedException();

    /// <summary>Gives it up, so that another need not wait for its end.</summary>
    public Task ReleaseAsync(string holder) => throw new NotImplementedException();
}
