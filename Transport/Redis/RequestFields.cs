using System.Text;
using System.Text.Json;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Contracts.Wire;
using StackExchange.Redis;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>The values that a request leaves in the store. Its record: a line that only the scripts read, a line of
/// facts from intake, and the item lines. Its result: the same facts, and the outcome, which is a line of facts again
/// and the outputs as the worker wrote them.</summary>
static class RequestFields
{
    public static RedisValue WriteFacts(RequestRecord record) =>
        JsonSerializer.SerializeToUtf8Bytes(record, StoreJson.Default.RequestRecord);

    public static RequestRecord ReadRecord(RedisValue value)
    {
        var (facts, input) = Split(Split(value).After);
        return ReadFacts(facts) with { Input = input };
    }

    public static RedisValue Write(RequestOutcome outcome)
    {
        var facts = JsonSerializer.SerializeToUtf8Bytes(outcome, WireJson.Default.RequestOutcome);
        return (byte[])[.. facts, (byte)'\n', .. outcome.Outputs.Utf8.Span];
    }

    /// <summary>The facts, empty where the outcome came before its record, and the outcome.</summary>
    public static (ReadOnlyMemory<byte> Facts, RequestOutcome Outcome) ReadResult(RedisValue result)
    {
        var (facts, outcome) = Split(result);
        return (facts, ReadOutcome(outcome));
    }

    /// <summary>The result with another outcome.</summary>
    public static RedisValue Replace(RedisValue result, RequestOutcome outcome)
    {
        var (facts, _) = Split(result);
        return (byte[])[.. facts.Span, (byte)'\n', .. ((ReadOnlyMemory<byte>)Write(outcome)).Span];
    }

    public static RequestOutcome ReadOutcome(ReadOnlyMemory<byte> value)
    {
        var (facts, outputs) = Split(value);
        return JsonSerializer.Deserialize(facts.Span, WireJson.Default.RequestOutcome)! with { Outputs = new(outputs) };
    }

    /// <summary>The resource from both values and the mark of a run; null when no record is there (any more, or
    /// yet: the outcome may come first).</summary>
    public static RequestResource? ReadResource(RedisValue record, RedisValue result, bool isRunning)
    {
        if (result.IsNull)
        {
            return record.IsNull ? null
                : ReadRecord(record).ToResource() with { State = isRunning ? RequestState.Running : RequestState.Queued };
        }

        var (facts, outcome) = ReadResult(result);
        if (facts.IsEmpty && !record.IsNull)
            (facts, _) = Split(Split(record).After);

        return facts.IsEmpty ? null : ReadFacts(facts).ToResource().EndedBy(outcome);
    }

    /// <summary>Outputs of a request whose items all ended as it did, without an answer.</summary>
    public static RawJson WithoutAnswers(RequestState state, int items)
    {
        var item = $$"""{"outcome":"{{SnakeCase(state)}}"}""";
        return new(Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Repeat(item, items))}]"));
    }

    static string SnakeCase(RequestState state) => JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString());

    static RequestRecord ReadFacts(ReadOnlyMemory<byte> facts) =>
        JsonSerializer.Deserialize(facts.Span, StoreJson.Default.RequestRecord)!;

    static (ReadOnlyMemory<byte> Line, ReadOnlyMemory<byte> After) Split(ReadOnlyMemory<byte> value)
    {
        var end = value.Span.IndexOf((byte)'\n');
        return (value[..end], value[(end + 1)..]);
    }
}
