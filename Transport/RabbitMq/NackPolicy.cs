namespace SkillAi.Queue.Transport.RabbitMq;

/// <summary>Decides what a nack means. A quorum queue that somebody else is just declaring, or that has just lost its leader,
/// is there without one, and RabbitMQ refuses for it in the words of a full one; in version 3 it asks the dead leader for
/// as long as the channel is open. Only a queue that has confirmed on the connection is believed at once, and a channel on
/// which it has not is given up.</summary>
static class NackPolicy
{
    const int Tries = 5;
    static readonly TimeSpan First = TimeSpan.FromMilliseconds(25);
    static readonly TimeSpan LeastYoung = TimeSpan.FromMilliseconds(100);
    const int MostDoublings = 7;

    /// <summary>Pause before the chunk is sent again, 0.4 s in all; null: the queue is full.</summary>
    public static TimeSpan? FindPause(int nacks, bool hasConfirmed) =>
        hasConfirmed || nacks >= Tries ? null : First * (1 << (nacks - 1));

    /// <summary>How old a channel has to be to be given up, so that a lane that stays full does not cost a channel each
    /// chunk: 0.1 s, doubling to 12.8 s.</summary>
    /// <param name="retired">Channels given up for the queue in a row.</param>
    public static TimeSpan LeastAge(int retired) => LeastYoung * (1 << Math.Min(retired, MostDoublings));
}
