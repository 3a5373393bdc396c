using System.Text;
using SkillAi.Queue.Contracts.Requests;
using StackExchange.Redis;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>A message that a request ended, as <c>Scripts/request-commit.lua</c> writes it: the id alone, or the id, a
/// line break and the outcome as it is stored.</summary>
readonly record struct Reply(string Request, RequestOutcome? Outcome)
{
    public static Reply Read(RedisValue message)
    {
        ReadOnlyMemory<byte> bytes = message;
        var end = bytes.Span.IndexOf((byte)'\n');
        return end < 0
            ? new(message.ToString(), null)
            : new(Encoding.UTF8.GetString(bytes.Span[..end]), RequestFields.ReadOutcome(bytes[(end + 1)..]));
    }
}
