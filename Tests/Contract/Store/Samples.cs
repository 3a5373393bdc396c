using System.Text;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Contract.Store;

/// <summary>Requests as intake makes them and their ends as workers do; a test says what it is about with <c>with</c>.</summary>
static class Samples
{
    public static RequestRecord Request(DateTimeOffset now, int shard) => new()
    {
        Id = RequestId.New(now, shard),
        Model = "m",
        Version = "1",
        Lane = Lane.Priority,
        Items = 1,
        Input = "{}"u8.ToArray(),
        CreatedAt = now,
        Ttl = TimeSpan.FromHours(1),
    };

    public static RequestResult Result(RequestRecord record, string outputs) => new(
        record.Id, record.Ttl,
        new(RequestState.Succeeded, Attempts: 2, new(1, 2, 3, 6.5), new(32, "full", 2.5), new(Encoding.UTF8.GetBytes(outputs))),
        record.ReplyTo);
}
