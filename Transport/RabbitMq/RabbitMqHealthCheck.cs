using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SkillAi.Queue.Transport.RabbitMq;

/// <summary>Ready while every connection that the program uses is up.</summary>
sealed class RabbitMqHealthCheck(RabbitMqConnections connections) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var down = connections.Down();
        return Task.FromResult(down.Count == 0
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy($"RabbitMQ connections are down: {string.Join(", ", down)}."));
    }
}
