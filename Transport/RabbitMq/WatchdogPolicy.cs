namespace SkillAi.Queue.Transport.RabbitMq;

/// <summary>Decides when a consumer that looks alive is not. It happens after leader changes, partitions and deleted
/// queues, and nothing else reports it.</summary>
static class WatchdogPolicy
{
    /// <summary>Messages wait, it has room, and none has arrived for long.</summary>
    public static bool IsStuck(long ready, int onLoan, int prefetch, TimeSpan sinceDelivery, TimeSpan patience) =>
        ready > 0 && onLoan < prefetch && sinceDelivery >= patience;

    /// <summary>None has arrived for so long that it may be deaf though nothing seems to wait: RabbitMQ 3 lends messages of
    /// a queue that was deleted and declared again to a consumer whose channel drops them.</summary>
    public static bool IsDoubtful(int onLoan, TimeSpan sinceDelivery, TimeSpan patience) =>
        onLoan == 0 && sinceDelivery >= patience;
}
