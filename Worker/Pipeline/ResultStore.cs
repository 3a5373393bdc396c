using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>What a worker asks of the store.</summary>
/// <param name="CommitJobs">Stores outcomes of chunks of jobs.</param>
/// <param name="CommitRequests">Stores outcomes of requests; false where another was there before.</param>
/// <param name="MarkRunning">Tells pollers that a run of these requests has begun.</param>
/// <param name="Bury">Stores dead letters.</param>
/// <param name="TakeBack">Takes away the dead letters of items that did not fail by what is stored, and returns those.</param>
/// <param name="StoreReplays">Puts results of replayed dead letters in the place of failed ones.</param>
sealed record ResultStore(
    Func<IReadOnlyList<ChunkResult>, Task<CommitOutcome[]>> CommitJobs,
    Func<IReadOnlyList<RequestResult>, Task<bool[]>> CommitRequests,
    Action<IReadOnlyList<string>> MarkRunning,
    Func<IReadOnlyList<DeadLetter>, Task<BurialOutcome>> Bury,
    Func<IReadOnlyList<DeadLetter>, Task<IReadOnlyList<DeadLetter>>> TakeBack,
    Func<IReadOnlyList<ReplayResult>, Task> StoreReplays)
{
    public ResultStore(JobStore jobs, RequestStore requests, DeadLetterStore letters, ReplayStore replays, StaleLetters stale)
        : this(
            jobs.CommitAsync, requests.CommitAsync, requests.MarkRunning, letters.WriteAsync, stale.RemoveAsync, replays.StoreAsync)
    {
    }
}
