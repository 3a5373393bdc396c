using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>Requests in Redis. The first terminal outcome wins; every later one changes nothing.</summary>
public sealed class RequestStore(RedisConnection redis, TimeProvider time)
{
    /// <summary>Stores records of accepted requests, in one round trip.</summary>
    public Task CreateAsync(IReadOnlyList<RequestRecord> records) => throw new NotImplementedException();

    /// <summary>Takes back what could not be published, as if it had never been.</summary>
    public Task WithdrawAsync(IReadOnlyList<RequestRecord> records) => throw new NotImplementedException();

    public Task<Lookup<RequestResource>> FindAsync(string id) => throw new NotImplementedException();

    /// <summary>As <see cref="FindAsync"/>, and marks the record so that its end is announced to all instances.</summary>
    public Task<Lookup<RequestResource>> WatchAsync(string id) => throw new NotImplementedException();

    /// <summary>Makes an unfinished request cancelled; the lookup shows what it is now.</summary>
    public Task<Lookup<RequestResource>> CancelAsync(string id) => throw new NotImplementedException();

    /// <summary>Tells pollers that a run has begun. Not awaited: a lost mark costs nothing.</summary>
    public void MarkRunning(IReadOnlyList<string> ids) => throw new NotImplementedException();

    /// <summary>Stores outcomes, one script a request, pipelined; wakes whoever waits. False where another outcome
    /// was there before, or the record is gone.</summary>
    public Task<bool[]> CommitAsync(IReadOnlyList<RequestResult> results) => throw new NotImplementedException();

    /// <summary>Records of all unfinished requests, oldest first within a shard.</summary>
    public IAsyncEnumerable<RequestRecord> UnfinishedAsync(CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Items accepted and not terminal, by model and lane.</summary>
    public Task<IReadOnlyDictionary<(string Model, Lane Lane), long>> BacklogAsync() =>
        throw new NotImplementedException();
}
