namespace SkillAi.Queue.Worker.Telemetry;

/// <summary>Everything a worker logs. Never what users sent; nothing per item above Debug.</summary>
static partial class WorkerLog
{
    [LoggerMessage(1, LogLevel.Warning, "Execution provider {Provider} is not usable, falling back: {Reason}")]
    public static partial void ProviderUnusable(this ILogger log, string provider, string reason);
}
