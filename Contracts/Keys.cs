using SkillAi.Queue.Contracts.Requests;

namespace SkillAi.Queue.Contracts;

/// <summary>Names of everything in Redis. What one script touches shares a hash tag, so that a cluster keeps it in
/// one slot: a job's keys share <c>{job id}</c>, requests are spread over 64 tags <c>{s00}</c>..<c>{s63}</c>.</summary>
public static class Keys
{
    /// <summary>Hash: state, counts and description of a job.</summary>
    public static string Job(string job) => $"skillai:{{{job}}}:job";

    /// <summary>String of 8-byte little-endian numbers: entry i is the index of the first item of chunk i.</summary>
    public static string JobChunks(string job) => $"skillai:{{{job}}}:chunks";

    /// <summary>Hash: chunk position to gzip-compressed result lines.</summary>
    public static string JobResults(string job) => $"skillai:{{{job}}}:results";

    /// <summary>Sorted set of the chunks that hold an item which did not succeed.</summary>
    public static string JobErrors(string job) => $"skillai:{{{job}}}:errors";

    /// <summary>Hash: index of an item to the result line of its replay, which stands for the failed one.</summary>
    public static string JobOverlay(string job) => $"skillai:{{{job}}}:overlay";

    /// <summary>Exists while, and a day longer than, the job does: tells 410 from 404.</summary>
    public static string JobTombstone(string job) => $"skillai:{{{job}}}:gone";

    /// <summary>Hash: blobs of one container (the spool of a job, when Redis keeps it).</summary>
    public static string Blobs(string container) => $"skillai:{{{container}}}:blobs";

    /// <summary>Sorted set of unfinished jobs by time of creation, over all tenants: what the feeder looks after.</summary>
    public const string OpenJobs = "skillai:jobs:open";

    /// <summary>Sorted set of a tenant's jobs by time of creation.</summary>
    public static string TenantJobs(string tenant) => $"skillai:jobs:tenant:{tenant}";

    /// <summary>Holder of the feeder's lease, and the count of its changes of hand.</summary>
    public const string FeederLease = "skillai:{feeder}:lease";
    public const string FeederEpoch = "skillai:{feeder}:epoch";

    /// <summary>String: what an unfinished request counts for, what intake knows of it, and its item lines.</summary>
    public static string Request(string id) => $"skillai:{{{Shard(id)}}}:request:{id}";

    /// <summary>String: what intake knew of a request, and how it ended. Whoever writes it first has ended it.</summary>
    public static string RequestResult(string id) => $"skillai:{{{Shard(id)}}}:result:{id}";

    /// <summary>Exists while a run of the request is under way.</summary>
    public static string RequestRunning(string id) => $"skillai:{{{Shard(id)}}}:running:{id}";

    /// <summary>Exists while somebody waits to be told of the request's end.</summary>
    public static string RequestWatched(string id) => $"skillai:{{{Shard(id)}}}:watched:{id}";

    /// <summary>Sorted set of a shard's unfinished requests by time of creation.</summary>
    public static string OpenRequests(string shard) => $"skillai:{{{shard}}}:open";

    /// <summary>Hash: what requests of a shard hold that are accepted and not terminal, <c>items model/lane</c>,
    /// <c>bytes model/lane</c> and <c>items model/lane/tenant</c>.</summary>
    public static string RequestBacklog(string shard) => $"skillai:{{{shard}}}:backlog";

    /// <summary>Hash: a dead letter, payload included.</summary>
    public static string DeadLetter(string id) => $"skillai:{{dead}}:letter:{id}";

    /// <summary>Sorted set of dead letters by the time of their failure.</summary>
    public const string DeadLetters = "skillai:{dead}:index";

    /// <summary>Hash: dead letter to its size in bytes, and <c>total</c> to their sum.</summary>
    public const string DeadLetterSizes = "skillai:{dead}:sizes";

    /// <summary>Hash: dead letter whose replay has not ended to what there is to know of it without its record,
    /// <c>since expiry items model/lane</c>.</summary>
    public const string DeadLetterReplays = "skillai:{dead}:replays";

    /// <summary>Hash: a field for each death of a worker's process and what it ran then, <c>name death</c>.</summary>
    public const string Suspects = "skillai:suspects";

    /// <summary>Hash: what is known of a call that carries an idempotency key, by the digest that names it; kept for a
    /// day. The lease lives while a try of it runs.</summary>
    public static string KeyedCall(string scope) => $"skillai:{{{scope}}}:call";

    public static string KeyedCallLease(string scope) => $"skillai:{{{scope}}}:call-lease";

    /// <summary>Hash: <c>name/version</c> to the manifest, as declared by workers and by configuration. No TTL.</summary>
    public const string Models = "skillai:models";

    /// <summary>Lives as long as a worker keeps refreshing it: model, version and worker that serve now.</summary>
    public static string LiveWorkers(string model) => $"skillai:live:{model}";

    /// <summary>What a live worker tells about a version that it serves. Lives as long as the sign of life.</summary>
    public static string WorkerReport(string model, string version, string worker) =>
        $"skillai:report:{model}:{version}:{worker}";

    /// <summary>Channel of one API instance: results of the requests that it has callers waiting for.</summary>
    public static string Replies(string instance) => $"skillai:replies:{instance}";

    /// <summary>Channel of all API instances: ids of waited-for requests that ended.</summary>
    public const string RequestsDone = "skillai:wake:requests";

    /// <summary>Channel of all API instances: ids of jobs that moved.</summary>
    public const string JobsMoved = "skillai:wake:jobs";

    static string Shard(string id) => ShardName(RequestId.Shard(id));

    public static string ShardName(int shard) => $"s{shard / 10}{shard % 10}";
}
