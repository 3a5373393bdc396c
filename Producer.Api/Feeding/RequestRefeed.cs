using SkillAi.Queue.Producer.Intake;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Feeding;

/// <summary>Publishes unfinished requests again after a start that made the broker forget them. Those that were
/// accepted since the start are left out; were one published twice, its first outcome would count.</summary>
sealed class RequestRefeed(
    RequestStore store, IChunkPublisher publisher, TimeProvider time, ILogger<RequestRefeed> logger)
{
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    readonly DateTimeOffset _started = time.GetUtcNow();

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var request in store.UnfinishedAsync(cancellationToken))
        {
            if (request.CreatedAt >= _started)
                continue;

            await PublishAsync(request, cancellationToken);
            count++;
        }

        logger.RequestsFedAgain(count);
    }

    /// <summary>A full lane or a broker that is still starting is waited for.</summary>
    async Task PublishAsync(RequestRecord request, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await publisher.PublishAsync(RequestChunks.Single(request), cancellationToken);
                return;
            }
            catch (Exception outage) when (outage is BrokerRefusedException or BrokerUnavailableException)
            {
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }
}
