using System.Text;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.DeadLetters;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.DeadLetters;

/// <summary>A dead letter as callers see it.</summary>
static class DeadLetterView
{
    public static DeadLetterResource Create(DeadLetter letter, bool withPayload) => new()
    {
        Id = letter.Id,
        Reason = letter.Reason,
        Message = letter.Message,
        Model = letter.Model,
        Version = letter.Version,
        Lane = letter.Lane,
        Tenant = letter.Tenant,
        Job = letter.Job,
        Request = letter.Request,
        Index = letter.Index,
        Items = letter.Items,
        Attempts = letter.Attempts,
        PayloadSha256 = letter.Sha256,
        PayloadBytes = letter.Bytes,
        Payload = withPayload && letter.Index is not null ? Encoding.UTF8.GetString(letter.Payload.Span) : null,
        FailedAt = letter.FailedAt,
        ExpiresAt = letter.FailedAt + Limits.DeadLetterTtl,
        ReplayingSince = letter.ReplayingSince,
    };
}
