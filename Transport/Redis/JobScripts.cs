using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Jobs;
using StackExchange.Redis;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>The scripts of a job's life. All of them get the same keys and begin with the same arguments
/// (<c>Scripts/job.lua</c>).</summary>
static class JobScripts
{
    static readonly RedisScript CreateScript = RedisScript.Load("job", "job-create");
    static readonly RedisScript AppendScript = RedisScript.Load("job", "job-append");
    static readonly RedisScript TouchScript = RedisScript.Load("job", "job-touch");
    static readonly RedisScript CompleteScript = RedisScript.Load("job", "job-complete");
    static readonly RedisScript EndScript = RedisScript.Load("job", "job-end");
    static readonly RedisScript PauseScript = RedisScript.Load("job", "job-pause");
    static readonly RedisScript CommitScript = RedisScript.Load("job", "job-commit");
    static readonly RedisScript OverlayScript = RedisScript.Load("job", "job-overlay");
    static readonly RedisScript AdvanceScript = RedisScript.Load("job", "job-advance");

    static readonly RedisValue TombstoneMs = (long)Limits.TombstoneTtl.TotalMilliseconds;

    /// <summary>An unfinished job is there for so much longer than it is worth anything: nobody but the feeder ends it
    /// then, and no feeder may have been there.</summary>
    static readonly TimeSpan FeederOutage = TimeSpan.FromHours(12);

    public static Task<RedisResult> CreateAsync(IDatabase database, JobRecord record, DateTimeOffset now)
    {
        var gone = record.ExpiresAt + record.Ttl + FeederOutage;
        var life = Math.Max(1, (long)(gone - now).TotalMilliseconds);
        return RunAsync(CreateScript, database, record.Id, now, [life, .. JobFields.Write(record)]);
    }

    public static Task<RedisResult> AppendAsync(
        IDatabase database, string job, int at, IReadOnlyList<int> chunkItems, DateTimeOffset now) =>
        RunAsync(AppendScript, database, job, now, [at, .. chunkItems.Select(items => (RedisValue)items)]);

    public static Task<RedisResult> TouchAsync(IDatabase database, string job, DateTimeOffset now) =>
        RunAsync(TouchScript, database, job, now, []);

    public static Task<RedisResult> CompleteAsync(IDatabase database, string job, DateTimeOffset now) =>
        RunAsync(CompleteScript, database, job, now, []);

    /// <param name="from">The only state to end it from; null for any.</param>
    /// <returns>The state that it is in then; null when there is no such job.</returns>
    public static async Task<JobState?> EndAsync(
        IDatabase database, string job, JobState state, string? error, DateTimeOffset now, JobState? from = null)
    {
        var ended = await RunAsync(EndScript, database, job, now,
        [
            JobFields.Text(state), error ?? "", from is { } only ? JobFields.Text(only) : "",
        ]);
        return ended.IsNull ? null : JobFields.ReadState((RedisValue)ended);
    }

    public static Task<RedisResult> PauseAsync(IDatabase database, string job, bool isPaused, DateTimeOffset now) =>
        RunAsync(PauseScript, database, job, now, [isPaused]);

    public static async Task<CommitOutcome> CommitAsync(IDatabase database, ChunkResult result, DateTimeOffset now)
    {
        var counts = result.Counts;
        var stored = await RunAsync(CommitScript, database, result.Job, now,
        [
            result.Index, result.Lines, counts.Succeeded, counts.Failed, counts.Cancelled, counts.Expired,
            result.RunItems, result.Ran,
        ]);
        return (CommitOutcome)(int)stored;
    }

    public static Task<RedisResult> OverlayAsync(
        IDatabase database, string job, int chunk, long index, ReadOnlyMemory<byte> line, DateTimeOffset now) =>
        RunAsync(OverlayScript, database, job, now, [chunk, index, line]);

    public static Task<RedisResult> AdvanceAsync(
        IDatabase database, string job, int fedChunks, long epoch, DateTimeOffset now) =>
        RunAsync(AdvanceScript, database, job, now, [fedChunks, epoch]);

    static Task<RedisResult> RunAsync(
        RedisScript script, IDatabase database, string job, DateTimeOffset now, ReadOnlySpan<RedisValue> rest)
    {
        RedisKey[] keys =
        [
            Keys.Job(job), Keys.JobChunks(job), Keys.JobResults(job), Keys.JobErrors(job), Keys.JobTombstone(job),
            Keys.JobOverlay(job),
        ];
        return script.RunAsync(database, keys, [job, now.ToUnixTimeMilliseconds(), Keys.JobsMoved, TombstoneMs, .. rest]);
    }
}
