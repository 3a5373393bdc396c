using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Broker;

namespace SkillAi.Queue.Transport.RabbitMq;

/// <summary>A delivery bound to the session it came by: settling it after that session does nothing.</summary>
sealed class RabbitMqDelivery(ConsumerSession session, ulong tag, Chunk chunk, bool isRedelivered)
    : Delivery(chunk, isRedelivered)
{
    public override bool IsLost => session.IsLost;

    protected override void Settle(Settlement settlement) => session.Settle(tag, settlement);
}
