namespace SkillAi.Queue.Transport.RabbitMq;

/// <summary>Decides what a nack means. A quorum queue that somebody else is just declaring exists before it has a leader, and
/// for those milliseconds RabbitMQ refuses in the words of a full one. Only a queue that has confirmed before is believed
/// at once.</summary>
static class NackPolicy
{
    const int Tries = 5;
    static readonly TimeSpan First = TimeSpan.FromMilliseconds(25);

    /// <summary>Pause before the chunk is sent again, 0.4 s in all; null: the queue is full.</summary>
    public static TimeSpan? FindPause(int nacks, bool hasConfirmed) =>
        hasConfirmed || nacks >= Tries ? null : First * (1 << (nacks - 1));
}
