using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Hosting;

/// <summary>Subscribes in the background: the API starts whether or not Redis is there.</summary>
sealed class WakeUpsStart(WakeUps wakeUps) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => wakeUps.StartAsync();
}
