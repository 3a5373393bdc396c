using SkillAi.Queue.Contracts;
using StackExchange.Redis;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>A dead letter as fields of a hash.</summary>
static class DeadLetterFields
{
    /// <summary>All but the payload, which may be large.</summary>
    public static readonly RedisValue[] Shown =
    [
        "attempts", "replaying", "reason", "message", "model", "version", "lane", "tenant", "job", "chunk", "request",
        "index", "items", "sha256", "bytes", "failed",
    ];

    public static readonly RedisValue[] All = [.. Shown, "payload"];

    /// <summary>Values that <see cref="Write"/> adds, the same for every letter.</summary>
    public const int Values = 30;

    public static void Write(List<RedisValue> to, DeadLetter letter)
    {
        Add("reason", letter.Reason);
        Add("message", letter.Message);
        Add("model", letter.Model);
        Add("version", letter.Version);
        Add("lane", letter.Lane.Name());
        Add("tenant", letter.Tenant);
        Add("job", letter.Job ?? "");
        Add("chunk", letter.Chunk);
        Add("request", letter.Request ?? "");
        Add("index", letter.Index ?? RedisValue.EmptyString);
        Add("items", letter.Items);
        Add("sha256", letter.Sha256);
        Add("bytes", letter.Bytes);
        Add("failed", letter.FailedAt.ToUnixTimeMilliseconds());
        Add("payload", letter.Payload);

        void Add(string name, RedisValue value)
        {
            to.Add(name);
            to.Add(value);
        }
    }

    /// <summary>The letter from the values of <see cref="Shown"/> or <see cref="All"/>; null when there is none.</summary>
    public static DeadLetter? Read(string id, RedisValue[] values) => values[2].IsNull ? null : new()
    {
        Id = id,
        Attempts = (int)values[0],
        ReplayingSince = values[1].IsNull ? null : At(values[1]),
        Reason = values[2]!,
        Message = values[3]!,
        Model = values[4]!,
        Version = values[5]!,
        Lane = LaneNames.Parse(values[6]!),
        Tenant = values[7]!,
        Job = Text(values[8]),
        Chunk = (int)values[9],
        Request = Text(values[10]),
        Index = values[11].IsNullOrEmpty ? null : (long)values[11],
        Items = (int)values[12],
        Sha256 = values[13]!,
        Bytes = (int)values[14],
        FailedAt = At(values[15]),
        Payload = values.Length > Shown.Length ? values[16] : default(ReadOnlyMemory<byte>),
    };

    static string? Text(RedisValue value) => value.IsNullOrEmpty ? null : value.ToString();

    static DateTimeOffset At(RedisValue milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds);
}
