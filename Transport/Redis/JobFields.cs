using System.Text.Json;
using SkillAi.Queue.Contracts.Jobs;
using SkillAi.Queue.Contracts.Wire;
using StackExchange.Redis;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>A job as fields of a hash. What is absent is null or zero. Times and durations are milliseconds.</summary>
static class JobFields
{
    /// <summary>Fields and values of a new job, besides those that the script itself writes.</summary>
    public static IEnumerable<RedisValue> Write(JobRecord record)
    {
        yield return "model";
        yield return record.Model;
        yield return "version";
        yield return record.Version;
        yield return "tenant";
        yield return record.Tenant;
        yield return "created";
        yield return record.CreatedAt.ToUnixTimeMilliseconds();
        yield return "ttl";
        yield return (long)record.Ttl.TotalMilliseconds;
        if (record.Priority != JobPriority.Normal)
        {
            yield return "priority";
            yield return (int)record.Priority;
        }

        if (record.IsResumable)
        {
            yield return "resumable";
            yield return true;
        }

        if (record.DeadlineAt is { } deadline)
        {
            yield return "deadline";
            yield return deadline.ToUnixTimeMilliseconds();
        }

        if (record.Metadata is { } metadata)
        {
            yield return "metadata";
            yield return JsonSerializer.SerializeToUtf8Bytes(metadata, WireJson.Default.DictionaryStringString);
        }

        if (record.Traceparent is { } traceparent)
        {
            yield return "traceparent";
            yield return traceparent;
        }
    }

    /// <summary>The job from all its fields; null when there are none.</summary>
    public static JobSnapshot? Read(string id, HashEntry[] entries)
    {
        var fields = entries.ToDictionary(entry => entry.Name.ToString(), entry => entry.Value);
        if (!fields.TryGetValue("state", out var state))
            return null;

        var record = new JobRecord
        {
            Id = id,
            Model = fields["model"]!,
            Version = fields["version"]!,
            Tenant = fields["tenant"]!,
            CreatedAt = At(fields["created"]),
            DeadlineAt = FindTime("deadline"),
            Ttl = TimeSpan.FromMilliseconds((long)fields["ttl"]),
            Priority = (JobPriority)Number("priority"),
            IsResumable = Number("resumable") != 0,
            Metadata = Find("metadata") is { IsNull: false } json
                ? JsonSerializer.Deserialize(json.ToString(), WireJson.Default.DictionaryStringString)
                : null,
            Traceparent = Find("traceparent"),
        };
        return new(record, ReadState(state), Find("error"),
            (int)Number("chunks"), Number("received"), (int)Number("fed"), (int)Number("done"),
            Number("succeeded"), Number("failed"), Number("cancelled"), Number("expired"), Number("run_items"),
            At(fields["touched"]), FindTime("first_commit"), FindTime("last_commit"), FindTime("finished"),
            IsPaused: Number("paused") != 0, Ran: Number("ran"), FirstItems: Number("first_items"));

        RedisValue Find(string field) => fields.GetValueOrDefault(field);

        long Number(string field) => Find(field) is { IsNull: false } value ? (long)value : 0;

        DateTimeOffset? FindTime(string field) => Find(field) is { IsNull: false } value ? At(value) : null;
    }

    public static RedisValue Text(JobState state) => state.ToString().ToLowerInvariant();

    public static JobState ReadState(RedisValue text) => Enum.Parse<JobState>(text.ToString(), ignoreCase: true);

    static DateTimeOffset At(RedisValue milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds);
}
