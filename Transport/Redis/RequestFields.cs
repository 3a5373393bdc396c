using System.Text.Json;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Contracts.Wire;
using StackExchange.Redis;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>A request as fields of a hash. The field <c>resource</c> is what every route shows, as it was at intake;
/// how the request went on stands beside it.</summary>
static class RequestFields
{
    /// <summary>What a reader of the resource needs.</summary>
    public static readonly RedisValue[] Shown = ["state", "resource", "outputs", "timings", "run", "attempts"];

    /// <summary>What publishing the request again needs.</summary>
    public static readonly RedisValue[] Stored =
        ["state", "resource", "items", "input", "ttl", "tenant", "traceparent", "reply_to"];

    /// <summary>The field <c>resource</c> of a new record.</summary>
    public static RedisValue Resource(RequestRecord record) => JsonSerializer.SerializeToUtf8Bytes(
        record.ToResource(), WireJson.Default.RequestResource);

    /// <summary>The resource from the values of <see cref="Shown"/>; null when there is no record.</summary>
    public static RequestResource? ReadShown(RedisValue[] values) =>
        values[0].IsNull ? null : Resource(values[0], values[1], values[2], values[3], values[4], values[5]);

    /// <summary>The record from the values of <see cref="Stored"/>; null unless it is unfinished.</summary>
    public static RequestRecord? ReadUnfinished(RedisValue[] values)
    {
        if (values[0].IsNull || State(values[0]).IsTerminal())
            return null;

        var resource = Parse(values[1]);
        return new()
        {
            Id = resource.Id,
            Model = resource.Model,
            Version = resource.Version,
            Lane = resource.Lane,
            Items = (int)values[2],
            Input = values[3],
            CreatedAt = resource.CreatedAt,
            DeadlineAt = resource.DeadlineAt,
            Ttl = TimeSpan.FromMilliseconds((long)values[4]),
            Tenant = values[5]!,
            Metadata = resource.Metadata,
            Traceparent = values[6].IsNullOrEmpty ? null : values[6].ToString(),
            ReplyTo = values[7].IsNullOrEmpty ? null : values[7].ToString(),
        };
    }

    public static RequestResource Resource(
        RedisValue state, RedisValue resource, RedisValue outputs, RedisValue timings, RedisValue run,
        RedisValue attempts) => Parse(resource) with
        {
            State = State(state),
            Outputs = outputs.IsNullOrEmpty ? null : new RawJson(outputs),
            Timings = timings.IsNullOrEmpty ? null : JsonSerializer.Deserialize(Span(timings), WireJson.Default.RequestTimings),
            Run = run.IsNullOrEmpty ? null : JsonSerializer.Deserialize(Span(run), WireJson.Default.RunFacts),
            Attempts = attempts.IsNullOrEmpty ? 0 : (int)attempts,
        };

    public static RedisValue Json(RequestTimings timings) =>
        JsonSerializer.SerializeToUtf8Bytes(timings, WireJson.Default.RequestTimings);

    public static RedisValue Json(RunFacts? run) =>
        run is null ? RedisValue.EmptyString : JsonSerializer.SerializeToUtf8Bytes(run, WireJson.Default.RunFacts);

    public static RedisValue Text(RequestState state) => state.ToString().ToLowerInvariant();

    static RequestState State(RedisValue text) => Enum.Parse<RequestState>(text.ToString(), ignoreCase: true);

    static RequestResource Parse(RedisValue json) =>
        JsonSerializer.Deserialize(Span(json), WireJson.Default.RequestResource)
        ?? throw new FormatException("A request's record holds no resource.");

    static ReadOnlySpan<byte> Span(RedisValue value) => ((ReadOnlyMemory<byte>)value).Span;
}
