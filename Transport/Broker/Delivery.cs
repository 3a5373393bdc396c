using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Transport.Broker;

/// <summary>A chunk on loan from the broker. It is settled exactly once; whatever is not settled comes back to
/// another consumer when this one dies. Settling never blocks and never throws: on a lost loan it does nothing.</summary>
public abstract class Delivery(Chunk chunk, bool isRedelivered)
{
    int _settled;

    public Chunk Chunk { get; } = chunk;

    /// <summary>Whether the broker has lent it before, so that its outcome may already be stored.</summary>
    public bool IsRedelivered { get; } = isRedelivered;

    /// <summary>The connection it came by is gone: the broker lends it again, work on it is work done twice.</summary>
    public abstract bool IsLost { get; }

    /// <summary>Done: the outcome is stored. False if it was settled before.</summary>
    public bool Ack() => TrySettle(Settlement.Ack);

    /// <summary>Hands unstarted work back, to the front of the queue where the broker can. Never for a failure:
    /// it does not count as an attempt.</summary>
    public bool Requeue() => TrySettle(Settlement.Requeue);

    /// <summary>Gives up on it: it goes where dead letters go.</summary>
    public bool Reject() => TrySettle(Settlement.Reject);

    protected abstract void Settle(Settlement settlement);

    bool TrySettle(Settlement settlement)
    {
        if (Interlocked.Exchange(ref _settled, 1) != 0)
            return false;

        Settle(settlement);
        return true;
    }
}

public enum Settlement
{
    Ack,
    Requeue,
    Reject,
}
