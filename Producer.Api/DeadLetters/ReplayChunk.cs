using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.DeadLetters;

/// <summary>A dead letter as a chunk of its own.</summary>
static class ReplayChunk
{
    /// <param name="letter">Of one item, with its payload.</param>
    /// <param name="askedAt">When its replay was asked for.</param>
    public static Chunk Create(DeadLetter letter, DateTimeOffset askedAt) => new()
    {
        Model = letter.Model,
        Version = letter.Version,
        Lane = letter.Lane,
        Body = letter.Payload,
        Items = 1,
        EnqueuedAt = askedAt,
        Tenant = letter.Tenant,
        Job = letter.Job,
        Index = letter.Chunk,
        First = letter.Index ?? 0,
        Segments = letter.Request is { } request ? [new(request, 1, askedAt, Tenant: letter.Tenant)] : [],
        Replay = letter.Id,
    };
}
