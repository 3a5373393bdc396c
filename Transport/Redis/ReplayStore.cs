using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;
using StackExchange.Redis;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>How the replay of a dead letter ended.</summary>
/// <param name="Letter">The dead letter.</param>
/// <param name="Chunk">Position of the item's chunk in its job.</param>
/// <param name="Index">Position of the item in its job or request.</param>
/// <param name="Result">The item's result: a line for a job, an output for a request.</param>
public sealed record ReplayResult(
    string Letter, string? Job, int Chunk, string? Request, long Index, Outcome Outcome, ReadOnlyMemory<byte> Result);

/// <summary>Results of replayed items. They lie over what was stored: a job's and a request's own results stay as they
/// were committed, once and for all.</summary>
public sealed class ReplayStore(RedisConnection redis, DeadLetterStore letters, TimeProvider time)
{
    static readonly RedisScript RequestScript = RedisScript.Load("request-overlay");

    /// <summary>Puts results in the place of failed ones and takes the letters of those away. One that failed again has
    /// had its letter written anew.</summary>
    public Task StoreAsync(IReadOnlyList<ReplayResult> results) => Task.WhenAll(results.Select(StoreAsync));

    async Task StoreAsync(ReplayResult result)
    {
        if (result.Outcome == Outcome.Failed)
            return;

        if (result.Outcome != Outcome.Succeeded)
        {
            await letters.ReleaseAsync(result.Letter);
            return;
        }

        // Whatever the store says: stored now or before, or nobody is there any more to read it.
        if (result.Job is { } job)
            await StoreJobAsync(job, result);
        else
            await StoreRequestAsync(result);

        await letters.RemoveAsync(result.Letter);
    }

    Task<RedisResult> StoreJobAsync(string job, ReplayResult result) => redis.WriteAsync("job_overlay", db =>
        JobScripts.OverlayAsync(db, job, result.Chunk, result.Index, result.Result, time.GetUtcNow()));

    async Task StoreRequestAsync(ReplayResult result)
    {
        if (RequestId.IsIssued(result.Request))
            await redis.WriteAsync("request_overlay", db => OverlayAsync(db, Keys.RequestResult(result.Request!), result));
    }

    static async Task<bool> OverlayAsync(IDatabase database, RedisKey key, ReplayResult replay)
    {
        while (true)
        {
            var before = await database.StringGetAsync(key);
            if (before.IsNull)
                return false;

            var outcome = RequestFields.ReadResult(before).Outcome;
            if (OutputSplice.OutcomeAt(outcome.Outputs.Utf8.Span, replay.Index) != Outcome.Failed)
                return false;

            // A request of which no item had succeeded has succeeded now.
            var after = RequestFields.Replace(before, outcome with
            {
                State = outcome.State == RequestState.Failed ? RequestState.Succeeded : outcome.State,
                Outputs = new(OutputSplice.Replace(outcome.Outputs.Utf8.Span, replay.Index, replay.Result.Span)),
            });

            // Another replay of the same request may come in between: then with what it left.
            if ((bool)await RequestScript.RunAsync(database, [key], [before, after]))
                return true;
        }
    }
}
