using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Intake;

/// <summary>Hands requests to the store, which admits them, and to the broker: both at once, since each waits for a disk
/// and the store takes an outcome that comes before its record; but one after the other where the lane is nearly full,
/// so that what is refused costs no device time.</summary>
sealed class Handover(RequestStore store, IChunkPublisher publisher, LaneShards shards, ILogger<Handover> logger)
{
    /// <summary>Completes when the records are stored and the broker has confirmed the chunk. When it throws, the
    /// callers are not told any id: a record that stays behind has a TTL, and an outcome without a record is not
    /// shown.</summary>
    /// <param name="requests">Of one chunk: of one model, version and lane.</param>
    /// <param name="answer">The outcome of a lone request, should somebody wait for it: often it is stored before the
    /// broker's confirm is here, which nobody needs then.</param>
    /// <returns>The verdict on each.</returns>
    public Task<Admission[]> RunAsync(ArraySegment<RequestRecord> requests, Task<RequestOutcome?>? answer = null) =>
        requests.Any(shards.IsNearlyFull) ? InTurnAsync(requests) : AtOnceAsync(requests, answer);

    async Task<Admission[]> InTurnAsync(ArraySegment<RequestRecord> requests)
    {
        var verdicts = await StoreAsync(requests);
        var admitted = requests.Where((_, i) => verdicts[i] == Admission.Admitted).ToArray();
        if (admitted.Length > 0)
            await OrWithdrawAsync(PublishAsync(admitted), admitted);

        return verdicts;
    }

    async Task<Admission[]> AtOnceAsync(ArraySegment<RequestRecord> requests, Task<RequestOutcome?>? answer)
    {
        var stored = StoreAsync(requests);
        var published = PublishAsync(requests);
        await ((Task)stored).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAny(published, answer ?? published);
        if (stored.IsCompletedSuccessfully && answer is { IsCompletedSuccessfully: true, Result: not null })
            return await stored;

        if (stored.IsCompletedSuccessfully)
            await OrWithdrawAsync(published, requests);

        var verdicts = await stored;
        await published;
        return verdicts;
    }

    async Task<Admission[]> StoreAsync(ArraySegment<RequestRecord> requests)
    {
        var answers = await store.CreateAsync(requests, shards.Share);
        for (var i = 0; i < answers.Length; i++)
            shards.Saw(requests[i], answers[i]);

        return Array.ConvertAll(answers, answer => answer.Verdict);
    }

    // Without a token: the publisher has a time limit of its own, and a half-made handover helps nobody.
    Task PublishAsync(ArraySegment<RequestRecord> requests) =>
        publisher.PublishAsync(RequestChunks.Join(requests), CancellationToken.None);

    async Task OrWithdrawAsync(Task published, ArraySegment<RequestRecord> requests)
    {
        await published.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!published.IsCompletedSuccessfully)
            await WithdrawAsync(requests);

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
