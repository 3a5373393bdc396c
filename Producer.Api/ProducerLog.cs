namespace SkillAi.Queue.Producer;

/// <summary>Everything the producer logs. Ids are never reused; what users send is never logged.</summary>
static partial class ProducerLog
{
    [LoggerMessage(1, LogLevel.Error, "Unexpected failure of {Method} {Route}")]
    public static partial void Unexpected(this ILogger logger, Exception exception, string method, string? route);

    [LoggerMessage(2, LogLevel.Warning, "The model directory cannot be read; what is known stays in use: {Reason}")]
    public static partial void CatalogStale(this ILogger logger, string reason);

    [LoggerMessage(3, LogLevel.Warning, "Manifest {File} is not used: {Reason}")]
    public static partial void ManifestSkipped(this ILogger logger, string file, string reason);

    [LoggerMessage(4, LogLevel.Warning, "A request that could not be published was not withdrawn either: {Reason}")]
    public static partial void NotWithdrawn(this ILogger logger, string reason);

    [LoggerMessage(5, LogLevel.Debug, "A caller left; request {Request} was not cancelled: {Reason}")]
    public static partial void NotCancelled(this ILogger logger, string request, string reason);

    [LoggerMessage(6, LogLevel.Information, "Upload of job {Job} ended early: {Reason}")]
    public static partial void UploadFailed(this ILogger logger, string job, string reason);

    [LoggerMessage(7, LogLevel.Warning, "Job {Job} could not be marked as failed yet: {Reason}")]
    public static partial void NotFailed(this ILogger logger, string job, string reason);

    [LoggerMessage(8, LogLevel.Information, "Feeding from here on, epoch {Epoch}")]
    public static partial void LeaseTaken(this ILogger logger, long epoch);

    [LoggerMessage(9, LogLevel.Information, "No longer feeding, epoch {Epoch}")]
    public static partial void LeaseLost(this ILogger logger, long epoch);

    [LoggerMessage(10, LogLevel.Warning, "Feeding pauses for {Pause}: {Reason}")]
    public static partial void FeedingPaused(this ILogger logger, TimeSpan pause, string reason);

    [LoggerMessage(11, LogLevel.Information, "Job {Job} ended as {State}: {Answered} items answered")]
    public static partial void JobEnded(this ILogger logger, string job, string state, long answered);

    [LoggerMessage(12, LogLevel.Warning, "Job {Job} failed: {Reason}")]
    public static partial void JobFailed(this ILogger logger, string job, string reason);

    [LoggerMessage(13, LogLevel.Information, "Published again after the start: {Count} requests and replays")]
    public static partial void WorkFedAgain(this ILogger logger, int count);

    [LoggerMessage(14, LogLevel.Debug, "The backlog cannot be read: {Reason}")]
    public static partial void BacklogUnknown(this ILogger logger, string reason);

    [LoggerMessage(16, LogLevel.Warning, "Job {Job} does not move and its queue is empty: what is not answered of {Items} items is fed again")]
    public static partial void JobFedAgain(this ILogger logger, string job, long items);

    [LoggerMessage(17, LogLevel.Warning, "Requests and replays that wait although their queue is empty or has turned over are published again: {Count}")]
    public static partial void StuckWorkFedAgain(this ILogger logger, int count);

    [LoggerMessage(20, LogLevel.Information, "Upload of job {Job} broke off; it may be sent again under its key")]
    public static partial void UploadBroken(this ILogger logger, string job);

    [LoggerMessage(21, LogLevel.Warning, "How a call with an idempotency key ended was not noted: {Reason}")]
    public static partial void CallNotNoted(this ILogger logger, string reason);

    [LoggerMessage(22, LogLevel.Error, "Looking for lost requests failed; the next look comes all the same")]
    public static partial void RefeedFailed(this ILogger logger, Exception exception);

    [LoggerMessage(15, LogLevel.Information, "The model directory can be read again")]
    public static partial void CatalogFresh(this ILogger logger);
}
