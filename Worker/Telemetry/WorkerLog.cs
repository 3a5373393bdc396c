using SkillAi.Queue.Worker.Models;

namespace SkillAi.Queue.Worker.Telemetry;

/// <summary>Everything a worker logs. Never what users sent; nothing per item above Debug.</summary>
static partial class WorkerLog
{
    [LoggerMessage(1, LogLevel.Warning, "Execution provider {Provider} is not usable, falling back: {Reason}")]
    public static partial void ProviderUnusable(this ILogger log, string provider, string reason);

    [LoggerMessage(2, LogLevel.Information, "Model {Model}/{Version} loaded on {Provider} in {Milliseconds:F0} ms")]
    public static partial void ModelLoaded(this ILogger log, string model, string version, string provider, double milliseconds);

    [LoggerMessage(3, LogLevel.Information, "Model {Model}/{Version} warmed up in {Milliseconds:F0} ms; {Items} items take {RunMilliseconds:F2} ms")]
    public static partial void ModelWarm(
        this ILogger log, string model, string version, double milliseconds, int items, double runMilliseconds);

    [LoggerMessage(EventId = 4, Message = "Run of {Items} items on {Model}/{Version} failed (try {Try}, {Kind}): {Reason}")]
    public static partial void RunFailed(
        this ILogger log, LogLevel level, string model, string version, int items, int @try, RunFailure kind, string reason);

    [LoggerMessage(5, LogLevel.Warning, "Results cannot be stored, next try in {Pause}: {Reason}")]
    public static partial void StoreFailed(this ILogger log, TimeSpan pause, string reason);

    [LoggerMessage(6, LogLevel.Error, "A chunk for {Model} in lane {Lane} is broken and goes to the dead letters: {Reason}")]
    public static partial void ChunkBroken(this ILogger log, string model, string lane, string reason);

    [LoggerMessage(7, LogLevel.Information, "Consuming {Model} {Lane}, prefetch {Prefetch} messages")]
    public static partial void Consuming(this ILogger log, string model, string lane, int prefetch);

    [LoggerMessage(8, LogLevel.Information, "Stopping: {Requeued} chunks that had not begun are handed back")]
    public static partial void Draining(this ILogger log, int requeued);

    [LoggerMessage(9, LogLevel.Information, "Stopped, nothing left unfinished")]
    public static partial void Drained(this ILogger log);

    [LoggerMessage(11, LogLevel.Warning, "A chunk cannot leave for rung {Rung} yet, next try in {Pause}: {Reason}")]
    public static partial void LadderRefused(this ILogger log, string? rung, TimeSpan pause, string reason);

    [LoggerMessage(12, LogLevel.Warning, "{Chunks} chunks of {Model} leave this worker for a while: nothing succeeds here")]
    public static partial void ChunksLeave(this ILogger log, string model, int chunks);

    [LoggerMessage(13, LogLevel.Debug, "GPU memory is not watched: {Reason}")]
    public static partial void NoDeviceMemory(this ILogger log, string reason);

    [LoggerMessage(14, LogLevel.Warning, "Model {Model}/{Version} does not fit beside itself: no second stream any more")]
    public static partial void StreamLost(this ILogger log, string model, string version);

    [LoggerMessage(15, LogLevel.Debug, "A chunk of {Model}/{Version} leaves this worker, which does not serve that version")]
    public static partial void VersionAbsent(this ILogger log, string model, string version);

    [LoggerMessage(16, LogLevel.Error, "A worker's process died here in a run of {Pieces} requests or chunks, the first of them {First}")]
    public static partial void WorkerDied(this ILogger log, int pieces, string first);

    [LoggerMessage(17, LogLevel.Warning, "What workers died with is not known: {Reason}")]
    public static partial void SuspectsUnknown(this ILogger log, string reason);

    [LoggerMessage(18, LogLevel.Warning, "Items of {Model}/{Version} given up as {Reason}: {Items}, the last of {Work}; see the dead letters")]
    public static partial void GivenUp(this ILogger log, string model, string version, string reason, int items, string work);

    [LoggerMessage(10, LogLevel.Warning, "The model directory cannot be reached: {Reason}")]
    public static partial void DirectoryUnreachable(this ILogger log, string reason);
}
