namespace SkillAi.Queue.Transport.RabbitMq;

/// <summary>Decides when a consumer that looks alive is not: messages wait, it has room, and none has arrived for
/// long. It happens after leader changes and partitions, and nothing else reports it.</summary>
static class WatchdogPolicy
{
    public static bool IsStuck(long ready, int onLoan, int prefetch, TimeSpan sinceDelivery, TimeSpan patience) =>
        ready > 0 && onLoan < prefetch && sinceDelivery >= patience;
}
