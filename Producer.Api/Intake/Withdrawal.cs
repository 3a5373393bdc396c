using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Intake;

/// <summary>Takes records back whose chunk the broker did not take.</summary>
static class Withdrawal
{
    /// <summary>Never throws: the caller is told about the failure before it. What stays behind has a TTL.</summary>
    public static async Task WithdrawAsync(this RequestStore store, ArraySegment<RequestRecord> records, ILogger logger)
    {
        try
        {
            await store.WithdrawAsync(records);
        }
        catch (StoreUnavailableException outage)
        {
            logger.NotWithdrawn(outage.Message);
        }
    }
}
