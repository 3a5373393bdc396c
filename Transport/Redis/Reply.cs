using System.Text;
using SkillAi.Queue.Contracts.Requests;
using StackExchange.Redis;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>A message that a request ended, as <c>Scripts/request-commit.lua</c> writes it: the id alone, or lines of
/// id, state, attempts, timings, run, resource and outputs. Only the outputs, which come last, may hold line breaks.</summary>
readonly record struct Reply(string Request, RequestResource? Resource)
{
    const int Lines = 7;

    public static Reply Read(RedisValue message)
    {
        ReadOnlyMemory<byte> rest = message;
        var lines = new ReadOnlyMemory<byte>[Lines];
        for (var i = 0; i < Lines - 1; i++)
        {
            var end = rest.Span.IndexOf((byte)'\n');
            if (end < 0)
                return new(message.ToString(), null);

            lines[i] = rest[..end];
            rest = rest[(end + 1)..];
        }

        lines[^1] = rest;
        var resource = RequestFields.Resource(
            state: lines[1], attempts: lines[2], timings: lines[3], run: lines[4], resource: lines[5], outputs: lines[6]);
        return new(Encoding.UTF8.GetString(lines[0].Span), resource);
    }
}
