using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>The three things that a worker asks of the store.</summary>
/// <param name="CommitJobs">Stores outcomes of chunks of jobs.</param>
/// <param name="CommitRequests">Stores outcomes of requests.</param>
/// <param name="MarkRunning">Tells pollers that a run of these requests has begun.</param>
sealed record ResultStore(
    Func<IReadOnlyList<ChunkResult>, Task> CommitJobs,
    Func<IReadOnlyList<RequestResult>, Task> CommitRequests,
    Action<IReadOnlyList<string>> MarkRunning)
{
    public ResultStore(JobStore jobs, RequestStore requests)
        : this(jobs.CommitAsync, requests.CommitAsync, requests.MarkRunning)
    {
    }
}
