namespace SkillAi.Queue.Transport.Redis;

/// <summary>Jobs in Redis: description, counts and results. All that must change together changes in one script.</summary>
public sealed class JobStore(RedisConnection redis, TimeProvider time)
{
    public Task CreateAsync(JobRecord record) => throw new NotImplementedException();

    /// <summary>Counts chunks that were just put into the spool, in order, and wakes the feeder. False when the job
    /// no longer receives (cancelled, failed): stop the upload.</summary>
    public Task<bool> AppendAsync(string job, IReadOnlyList<int> chunkItems) => throw new NotImplementedException();

    /// <summary>Says that an upload is alive though no chunk is full yet.</summary>
    public Task TouchAsync(string job) => throw new NotImplementedException();

    /// <summary>The body has ended: the total is known; a job whose chunks are all answered by then succeeds here.</summary>
    public Task<JobSnapshot?> CompleteUploadAsync(string job) => throw new NotImplementedException();

    /// <summary>Ends a job whose input cannot be used: pending items count as cancelled.</summary>
    public Task FailAsync(string job, string error) => throw new NotImplementedException();

    /// <summary>A fence: later commits are refused, pending items count as cancelled. The lookup shows what it is now.</summary>
    public Task<Lookup<JobSnapshot>> CancelAsync(string job) => throw new NotImplementedException();

    public Task<Lookup<JobSnapshot>> FindAsync(string job) => throw new NotImplementedException();

    /// <summary>A tenant's jobs, newest first; <paramref name="after"/> is the last id of the page before.</summary>
    public Task<IReadOnlyList<JobSnapshot>> ListAsync(string tenant, string? after, int limit) =>
        throw new NotImplementedException();

    /// <summary>Stores outcomes of chunks, one script each, pipelined; at most ten wake-ups a second and job.</summary>
    public Task<CommitOutcome[]> CommitAsync(IReadOnlyList<ChunkResult> results) => throw new NotImplementedException();

    /// <summary>Index of the first item of every chunk received so far.</summary>
    public Task<long[]> ReadChunkStartsAsync(string job) => throw new NotImplementedException();

    /// <summary>Result lines (gzip) of chunks <paramref name="from"/>.., null where not stored yet.</summary>
    public Task<byte[]?[]> ReadResultsAsync(string job, int from, int count) => throw new NotImplementedException();

    /// <summary>Chunks that hold an item which did not succeed, ascending.</summary>
    public Task<int[]> ReadErrorChunksAsync(string job) => throw new NotImplementedException();

    /// <summary>Chunks whose outcome is stored: what a new start need not feed again.</summary>
    public Task<HashSet<int>> ReadDoneChunksAsync(string job) => throw new NotImplementedException();

    /// <summary>Unfinished jobs of all tenants, oldest first.</summary>
    public Task<IReadOnlyList<string>> ListOpenAsync() => throw new NotImplementedException();

    /// <summary>Takes a finished job off the list of open ones.</summary>
    public Task CloseAsync(string job) => throw new NotImplementedException();

    /// <summary>Moves the feeder's cursor. False when a newer holder of the lease has moved it: stop feeding.</summary>
    public Task<bool> AdvanceAsync(string job, int fedChunks, long epoch) => throw new NotImplementedException();
}
