using Microsoft.Extensions.Diagnostics.HealthChecks;
using SkillAi.Queue.Transport.Hosting;

namespace SkillAi.Queue.Embedded;

/// <summary>Waits until the readiness checks pass: models warm, store there, consumers registered.</summary>
static class Readiness
{
    static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <exception cref="OperationCanceledException">It will not come to that: the service stops.</exception>
    public static async Task WaitAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var health = services.GetRequiredService<HealthCheckService>();
        var time = services.GetRequiredService<TimeProvider>();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken, services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        while (await IsUnreadyAsync(health, ended.Token))
            await Task.Delay(Interval, time, ended.Token);
    }

    static async Task<bool> IsUnreadyAsync(HealthCheckService health, CancellationToken cancellationToken)
    {
        var report = await health.CheckHealthAsync(check => check.Tags.Contains(Operations.Ready), cancellationToken);
        return report.Status != HealthStatus.Healthy;
    }
}
