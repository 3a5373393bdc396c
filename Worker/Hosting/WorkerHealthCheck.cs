using Microsoft.Extensions.Diagnostics.HealthChecks;
using SkillAi.Queue.Transport.Broker;

namespace SkillAi.Queue.Worker.Hosting;

/// <summary>Ready means: what is delivered now runs now.</summary>
sealed class WorkerHealthCheck(WorkerService worker, IChunkSource source) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult((worker.IsWarm, source.IsReady) switch
        {
            (false, _) => HealthCheckResult.Unhealthy("The models are not warm yet, or the worker is stopping."),
            (_, false) => HealthCheckResult.Unhealthy("Nothing is consumed: the broker cannot be reached."),
            _ => HealthCheckResult.Healthy(),
        });
}
