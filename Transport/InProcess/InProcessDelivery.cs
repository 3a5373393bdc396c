using SkillAi.Queue.Transport.Broker;

namespace SkillAi.Queue.Transport.InProcess;

sealed class InProcessDelivery(InProcessQueue queue, InProcessConsumer consumer, InProcessMessage message)
    : Delivery(message.Chunk, message.WasLent)
{
    public override bool IsLost => consumer.IsDead;

    protected override void Settle(Settlement settlement) => queue.Settle(consumer, message, settlement);
}
