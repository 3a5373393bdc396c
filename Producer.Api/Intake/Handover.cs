using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Intake;

/// <summary>Hands accepted requests to the store and to the broker, both at once: each waits for a disk, and the store
/// takes an outcome that comes before its record.</summary>
sealed class Handover(RequestStore store, IChunkPublisher publisher, ILogger<Handover> logger)
{
    /// <summary>Completes when the records are stored and the broker has confirmed the chunk. When it throws, the
    /// callers are not told any id: a record that stays behind has a TTL, and an outcome without a record is not
    /// shown.</summary>
    /// <param name="requests">Of one chunk: of one model, version and lane.</param>
    /// <param name="answer">The outcome of a lone request, should somebody wait for it: often it is stored before the
    /// broker's confirm is here, which nobody needs then.</param>
    public async Task RunAsync(ArraySegment<RequestRecord> requests, Task<RequestOutcome?>? answer = null)
    {
        var stored = store.CreateAsync(requests);

        // Without a token: the publisher has a time limit of its own, and a half-made handover helps nobody.
        var published = publisher.PublishAsync(RequestChunks.Join(requests), CancellationToken.None);
        await stored.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAny(published, answer ?? published);
        if (stored.IsCompletedSuccessfully && answer is { IsCompletedSuccessfully: true, Result: not null })
            return;

        await published.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (stored.IsCompletedSuccessfully && !published.IsCompletedSuccessfully)
            await WithdrawAsync(requests);

        await stored;
        await published;
    }

    /// <summary>Never throws: the caller is told about the failure before it.</summary>
    async Task WithdrawAsync(ArraySegment<RequestRecord> requests)
    {
        try
        {
            await store.WithdrawAsync(requests);
        }
        catch (StoreUnavailableException outage)
        {
            logger.NotWithdrawn(outage.Message);
        }
    }
}
