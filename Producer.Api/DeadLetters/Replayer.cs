using SkillAi.Queue.Producer.Problems;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.DeadLetters;

/// <summary>Sends dead letters back to their lane's end, each as a chunk of its own.</summary>
sealed class Replayer(DeadLetterStore letters, FailedResult results, IChunkPublisher publisher, TimeProvider time)
{
    /// <exception cref="ProblemException">It cannot be replayed now, or not at all.</exception>
    public async Task ReplayAsync(DeadLetter letter, CancellationToken cancellationToken)
    {
        if (letter.Index is null)
            throw new ProblemException(Problem.NotReplayable());

        if (!await results.IsThereAsync(letter))
            throw new ProblemException(Problem.NotFailed());

        var claim = await letters.ClaimAsync(letter.Id);
        if (claim != ClaimOutcome.Claimed)
            throw new ProblemException(claim == ClaimOutcome.UnderWay ? Problem.ReplayUnderWay() : Problem.Unknown("dead letter"));

        try
        {
            await publisher.PublishAsync(ReplayChunk.Create(letter, time.GetUtcNow()), cancellationToken);
        }
        catch
        {
            await letters.ReleaseAsync(letter.Id);
            throw;
        }
    }
}
