using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Intake;

/// <summary>The priority lane: every request leaves at once, in a chunk of its own.</summary>
sealed class PriorityPublisher(
    RequestStore store, IChunkPublisher publisher, ILogger<PriorityPublisher> logger)
{
    public async Task SubmitAsync(RequestRecord request, CancellationToken cancellationToken)
    {
        RequestRecord[] one = [request];
        await store.CreateAsync(one);
        try
        {
            await publisher.PublishAsync(RequestChunks.Single(request), cancellationToken);
        }
        catch
        {
            await store.WithdrawAsync(one, logger);
            throw;
        }
    }
}
