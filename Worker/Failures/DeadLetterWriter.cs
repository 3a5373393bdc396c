using System.Security.Cryptography;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Redis;
using SkillAi.Queue.Worker.Models.Text;
using SkillAi.Queue.Worker.Pipeline;

namespace SkillAi.Queue.Worker.Failures;

/// <summary>Writes letters for what of a complete chunk the system gave up on. Where it was the sender's mistake there
/// is none. Chunks without a letter, which is nearly all of them, cost a look at each item's outcome.</summary>
static class DeadLetterWriter
{
    public static void Write(PendingChunk chunk, DateTimeOffset now, List<DeadLetter> letters)
    {
        ReadOnlyMemory<byte>[]? lines = null;
        for (var item = 0; item < chunk.Count; item++)
        {
            if (chunk.OutcomeOf(item) != Outcome.Failed || !chunk.Fault(item).IsGivenUp())
                continue;

            lines ??= chunk.Fault(item) == ItemFault.ChunkUnreadable ? null : ChunkReader.FindLines(chunk.Chunk);
            if (lines is null)
            {
                letters.Add(WholeChunk(chunk, item, now));
                return;
            }

            letters.Add(Item(chunk, item, lines[item], now));
        }
    }

    static DeadLetter Item(PendingChunk chunk, int item, ReadOnlyMemory<byte> line, DateTimeOffset now)
    {
        var part = chunk.PartOf(item);
        var index = chunk.Chunk.First + item - part.First;
        return Letter(chunk, part, DeadLetter.IdOf(part.Id, index), item, line, now) with { Index = index };
    }

    /// <param name="item">The one that says why.</param>
    static DeadLetter WholeChunk(PendingChunk chunk, int item, DateTimeOffset now)
    {
        var part = chunk.Parts[0];
        return Letter(chunk, part, DeadLetter.IdOfChunk(part.Id, chunk.Chunk.Index), item, chunk.Chunk.Body, now)
            with { Items = chunk.Count };
    }

    static DeadLetter Letter(
        PendingChunk chunk, Part part, string id, int item, ReadOnlyMemory<byte> payload, DateTimeOffset now)
    {
        var (code, message) = chunk.Fault(item).Describe();
        var isJob = chunk.Chunk.Job is not null;
        return new()
        {
            Id = id,
            Reason = code,
            Message = chunk.Explanation(item) ?? message,
            Model = chunk.Chunk.Model,
            Version = chunk.Chunk.Version,
            Lane = chunk.Lane,
            Tenant = isJob ? chunk.Chunk.Tenant : chunk.Chunk.Segments.First(segment => segment.Request == part.Id).Tenant,
            Job = chunk.Chunk.Job,
            Chunk = chunk.Chunk.Index,
            Request = isJob ? null : part.Id,
            Items = 1,
            Attempts = chunk.Chunk.Attempt,
            Sha256 = Convert.ToHexStringLower(SHA256.HashData(payload.Span)),
            Bytes = payload.Length,
            Payload = payload,
            FailedAt = now,
        };
    }
}
