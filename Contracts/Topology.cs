namespace SkillAi.Queue.Contracts;

/// <summary>Names of everything in the broker. One prefix, one table.</summary>
public static class Topology
{
    /// <summary>Direct exchange through which the broker itself, and tools, send chunks back to a lane; the routing key
    /// is the queue's name. Our publishers address the queue directly, so that a chunk without a queue comes back.</summary>
    public const string Exchange = "skillai.in";

    /// <summary>Alternate exchange (fanout) and its queue: what nobody routes is kept for inspection.</summary>
    public const string Unrouted = "skillai.unrouted";

    /// <summary>Where chunks end that no worker can answer.</summary>
    public const string DeadLetters = "skillai.dead";

    /// <summary>Exchange (fanout) and queue of a rung of the retry ladder: what comes in with a lane's queue as its routing
    /// key goes back there, by <see cref="Exchange"/>, when the rung's time is over.</summary>
    public static string RetryQueue(RetryRung rung) => $"skillai.retry.{rung.Name()}";

    /// <summary>Message type of a chunk on the wire.</summary>
    public const string ChunkType = "skillai.chunk.v1";

    public static string Queue(string model, Lane lane) => $"skillai.{model}.{lane.Name()}";
}

/// <summary>Message headers of a chunk. Times are Unix milliseconds.</summary>
public static class Headers
{
    public const string Model = "x-skillai-model";
    public const string Version = "x-skillai-version";
    public const string Lane = "x-skillai-lane";
    public const string Items = "x-skillai-items";
    public const string Job = "x-skillai-job";
    public const string Index = "x-skillai-chunk";
    public const string First = "x-skillai-first";
    public const string Replay = "x-skillai-replay";
    public const string Attempt = "x-skillai-attempt";
    public const string EnqueuedAt = "x-skillai-enqueued-at";
    public const string Deadline = "x-skillai-deadline";
    public const string Tenant = "x-skillai-tenant";
    public const string Segments = "x-skillai-segments";
    public const string Traceparent = "traceparent";
}
