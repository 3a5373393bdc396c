using System.Buffers.Binary;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Jobs;
using StackExchange.Redis;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>Jobs in Redis: description, counts and results. All that must change together changes in one script.</summary>
public sealed class JobStore(RedisConnection redis, TimeProvider time)
{
    readonly JobIndex _index = new(time);

    public Task CreateAsync(JobRecord record) => redis.WriteAsync("job_create", async db =>
    {
        // Listed last: whoever finds a listed job that does not exist takes it off, for good. One that exists and is
        // not listed has no chunk yet, and nobody was told of it.
        await JobScripts.CreateAsync(db, record, time.GetUtcNow());
        await _index.AddAsync(db, record);
        return true;
    });

    /// <summary>Counts chunks that were just put into the spool, in order, and wakes the feeder. May be repeated: what
    /// is counted already is not counted again.</summary>
    /// <param name="at">Position of the first of these chunks in the job.</param>
    public Task<AppendOutcome> AppendAsync(string job, int at, IReadOnlyList<int> chunkItems) => redis.WriteAsync(
        "job_append",
        async db => (AppendOutcome)(int)await JobScripts.AppendAsync(db, job, at, chunkItems, time.GetUtcNow()));

    /// <summary>Says that an upload is alive though no chunk is full yet.</summary>
    public Task TouchAsync(string job) =>
        redis.RunAsync("job_touch", db => JobScripts.TouchAsync(db, job, time.GetUtcNow()));

    /// <summary>The body has ended: the total is known; a job whose chunks are all answered by then ends here.</summary>
    public Task<JobSnapshot?> CompleteUploadAsync(string job) => redis.WriteAsync("job_complete", async db =>
    {
        await JobScripts.CompleteAsync(db, job, time.GetUtcNow());
        return JobFields.Read(job, await db.HashGetAllAsync(Keys.Job(job)));
    });

    /// <summary>Ends a job whose input cannot be used: pending items count as cancelled.</summary>
    public Task FailAsync(string job, string error) =>
        redis.WriteAsync("job_fail", db => JobScripts.EndAsync(db, job, JobState.Failed, error, time.GetUtcNow()));

    /// <summary>The same for a job whose body does not come to its end. One that receives no longer stays as it is:
    /// another try may have brought all of it in.</summary>
    /// <returns>The state that it is in then; null when there is no such job.</returns>
    public Task<JobState?> FailUploadAsync(string job, string error) => redis.WriteAsync("job_fail", db =>
        JobScripts.EndAsync(db, job, JobState.Failed, error, time.GetUtcNow(), from: JobState.Receiving));

    /// <summary>Ends a job that nobody waits for any more: pending items count as expired.</summary>
    public Task ExpireAsync(string job) => redis.WriteAsync("job_expire", db =>
        JobScripts.EndAsync(db, job, JobState.Expired, error: null, time.GetUtcNow()));

    /// <summary>A fence: later commits are refused, pending items count as cancelled. The lookup shows what it is now.</summary>
    public Task<Lookup<JobSnapshot>> CancelAsync(string job) => redis.WriteAsync("job_cancel", async db =>
    {
        await JobScripts.EndAsync(db, job, JobState.Cancelled, error: null, time.GetUtcNow());
        return await LookUpAsync(db, job);
    });

    /// <summary>Stops or goes on feeding it; what is with the broker or a worker is finished. A job that has ended stays
    /// as it is.</summary>
    public Task<Lookup<JobSnapshot>> PauseAsync(string job, bool isPaused) => redis.WriteAsync("job_pause", async db =>
    {
        await JobScripts.PauseAsync(db, job, isPaused, time.GetUtcNow());
        return await LookUpAsync(db, job);
    });

    public Task<Lookup<JobSnapshot>> FindAsync(string job) =>
        redis.RunAsync("job_find", db => LookUpAsync(db, job));

    /// <summary>A tenant's jobs, newest first; <paramref name="after"/> is the last id of the page before.</summary>
    public Task<IReadOnlyList<JobSnapshot>> ListAsync(string tenant, string? after, int limit) =>
        redis.RunAsync("job_list", db => JobIndex.ReadPageAsync(db, tenant, after, limit));

    /// <summary>Stores outcomes of chunks, one script each, pipelined; at most ten wake-ups a second and job.</summary>
    public Task<CommitOutcome[]> CommitAsync(IReadOnlyList<ChunkResult> results) => redis.WriteAsync("job_commit", db =>
    {
        var now = time.GetUtcNow();
        return Task.WhenAll(results.Select(result => JobScripts.CommitAsync(db, result, now)));
    });

    /// <summary>Index of the first item of every chunk received so far.</summary>
    public Task<long[]> ReadChunkStartsAsync(string job) => redis.RunAsync("job_chunks", async db =>
    {
        ReadOnlyMemory<byte> packed = await db.StringGetAsync(Keys.JobChunks(job));
        var starts = new long[packed.Length / sizeof(long)];
        for (var i = 0; i < starts.Length; i++)
            starts[i] = BinaryPrimitives.ReadInt64LittleEndian(packed.Span[(i * sizeof(long))..]);

        return starts;
    });

    /// <summary>Result lines (gzip) of chunks <paramref name="from"/>.., null where not stored yet.</summary>
    public Task<byte[]?[]> ReadResultsAsync(string job, int from, int count) => redis.RunAsync("job_results", async db =>
    {
        RedisValue[] fields = [.. Enumerable.Range(from, count).Select(chunk => (RedisValue)chunk)];
        return Array.ConvertAll(await db.HashGetAsync(Keys.JobResults(job), fields), lines => (byte[]?)lines);
    });

    /// <summary>Chunks that hold an item which did not succeed, ascending.</summary>
    public Task<int[]> ReadErrorChunksAsync(string job) => redis.RunAsync("job_errors", async db =>
        Array.ConvertAll(await db.SortedSetRangeByRankAsync(Keys.JobErrors(job)), chunk => (int)chunk));

    /// <summary>Indexes of items whose failed result was replaced by a replay, ascending.</summary>
    public Task<long[]> ReadReplayedAsync(string job) => redis.RunAsync("job_replayed", async db =>
        (await db.HashKeysAsync(Keys.JobOverlay(job))).Select(index => (long)index).Order().ToArray());

    /// <summary>Their result lines.</summary>
    public Task<byte[][]> ReadReplayedLinesAsync(string job, IReadOnlyList<long> indexes) =>
        redis.RunAsync("job_overlay_read", async db => Array.ConvertAll(
            await db.HashGetAsync(Keys.JobOverlay(job), [.. indexes.Select(index => (RedisValue)index)]),
            line => (byte[]?)line ?? []));

    /// <summary>Chunks whose outcome is stored: what a new start need not feed again.</summary>
    public Task<HashSet<int>> ReadDoneChunksAsync(string job) => redis.RunAsync("job_done", async db =>
        (await db.HashKeysAsync(Keys.JobResults(job))).Select(chunk => (int)chunk).ToHashSet());

    /// <summary>Unfinished jobs of all tenants, oldest first.</summary>
    public Task<IReadOnlyList<string>> ListOpenAsync() => redis.RunAsync("job_open", JobIndex.ReadOpenAsync);

    /// <summary>Takes a finished job off the list of open ones.</summary>
    public Task CloseAsync(string job) => redis.WriteAsync("job_close", db => JobIndex.CloseAsync(db, job));

    /// <summary>Moves the feeder's cursor. False when a newer holder of the lease has moved it: stop feeding.</summary>
    public Task<bool> AdvanceAsync(string job, int fedChunks, long epoch) => redis.WriteAsync("job_advance",
        async db => (bool)await JobScripts.AdvanceAsync(db, job, fedChunks, epoch, time.GetUtcNow()));

    static async Task<Lookup<JobSnapshot>> LookUpAsync(IDatabase database, string job)
    {
        var fields = database.HashGetAllAsync(Keys.Job(job));
        var tombstone = database.KeyExistsAsync(Keys.JobTombstone(job));
        var snapshot = JobFields.Read(job, await fields);
        return new(snapshot, snapshot is null && await tombstone);
    }
}
