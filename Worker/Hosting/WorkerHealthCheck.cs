using Microsoft.Extensions.Diagnostics.HealthChecks;
using SkillAi.Queue.Transport.Broker;

namespace SkillAi.Queue.Worker.Hosting;

/// <summary>Ready means: what is delivered now runs now.</summary>
sealed class WorkerHealthCheck(WorkerService worker, ModelAnnouncer announcer, IChunkSource source) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult((worker.IsWarm, source.IsReady, announcer.IsAnnounced) switch
        {
            (false, _, _) => HealthCheckResult.Unhealthy("The models are not warm yet, or the worker is stopping."),
            (_, false, _) => HealthCheckResult.Unhealthy("Nothing is consumed: the broker cannot be reached."),
            (_, _, false) => HealthCheckResult.Unhealthy("Not announced yet: the store cannot be reached."),
            _ => HealthCheckResult.Healthy(),
        });
}
