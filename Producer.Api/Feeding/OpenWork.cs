using System.Runtime.CompilerServices;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Producer.DeadLetters;
using SkillAi.Queue.Producer.Intake;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Feeding;

/// <summary>What was accepted on its own and has not ended: a request, or the replay of a dead letter.</summary>
/// <param name="Id">The request's, or the letter's.</param>
readonly record struct OpenWork(string Id, string Model, Lane Lane, DateTimeOffset Since);

/// <summary>All of it, as the store has it.</summary>
sealed class OpenWorkSource(RequestStore requests, DeadLetterStore letters)
{
    /// <summary>Answered replays are not counted: where a queue is kept full, what waits counts as passed a little late,
    /// and never too early.</summary>
    public async Task<Dictionary<(string Model, Lane Lane), LaneTurnover>> TakeTurnoverAsync()
    {
        var lanes = await requests.TakeTurnoverAsync();
        foreach (var replay in await letters.ReplayingAsync())
        {
            var before = lanes.GetValueOrDefault((replay.Model, replay.Lane));
            lanes[(replay.Model, replay.Lane)] = before with { Waiting = before.Waiting + replay.Items };
        }

        return lanes;
    }

    /// <summary>What is wanted, as chunks that can be published.</summary>
    /// <param name="isWanted">What is not is not read: there may be a million.</param>
    public async IAsyncEnumerable<(OpenWork Work, Chunk Chunk)> ReadAsync(
        Func<OpenWork, bool> isWanted, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var open = requests.UnfinishedAsync(
            request => isWanted(new(request.Id, request.Model, request.Lane, request.CreatedAt)), cancellationToken);
        await foreach (var request in open)
            yield return (new(request.Id, request.Model, request.Lane, request.CreatedAt), RequestChunks.Single(request));

        foreach (var replay in await letters.ReplayingAsync())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var work = new OpenWork(replay.Id, replay.Model, replay.Lane, replay.Since);
            if (isWanted(work) && await letters.FindAsync(replay.Id) is { ReplayingSince: { } since } letter)
                yield return (work, ReplayChunk.Create(letter, since));
        }
    }
}
