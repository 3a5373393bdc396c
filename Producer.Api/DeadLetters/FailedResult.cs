using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Wire;
using SkillAi.Queue.Producer.Jobs;
using SkillAi.Queue.Producer.Problems;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.DeadLetters;

/// <summary>Looks whether the result that a replay would replace is there and has failed. A stored result never
/// changes, so that what is seen here still holds when the replay ends.</summary>
sealed class FailedResult(JobStore jobs, RequestStore requests)
{
    /// <exception cref="ProblemException">The job or request is gone.</exception>
    public async Task<bool> IsThereAsync(DeadLetter letter)
    {
        if (letter.Index is not { } index)
            return false;

        return letter.Job is { } job
            ? await OfJobAsync(job, letter.Chunk, index) == Outcome.Failed
            : await OfRequestAsync(letter.Request!, index) == Outcome.Failed;
    }

    async Task<Outcome?> OfJobAsync(string job, int chunk, long index)
    {
        // An unknown job is one that has expired: there was one once.
        if ((await jobs.FindAsync(job)).Found is null)
            throw new ProblemException(Problem.Gone("job"));

        return (await jobs.ReadResultsAsync(job, chunk, 1))[0] is { } packed
            ? OutcomeReader.FindLine(Gzip.Decompress(packed), index)
            : null;
    }

    async Task<Outcome?> OfRequestAsync(string request, long index)
    {
        var resource = (await requests.FindAsync(request)).Found ?? throw new ProblemException(Problem.Gone("request"));
        return resource.Outputs is { } outputs ? OutputSplice.OutcomeAt(outputs.Utf8.Span, index) : null;
    }
}
