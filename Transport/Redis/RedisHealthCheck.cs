using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>Ready only while Redis answers.</summary>
sealed class RedisHealthCheck(RedisConnection redis) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await redis.RunAsync("ping", db => db.PingAsync()).WaitAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (StoreUnavailableException e)
        {
            return HealthCheckResult.Unhealthy(e.Message);
        }
    }
}
