using Prometheus;

namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>Messages that one lane has on loan from the broker.</summary>
sealed class Loans(Gauge.Child items)
{
    int _messages;
    int _prefetch = int.MaxValue;

    /// <summary>Most messages on loan at once.</summary>
    public int Prefetch
    {
        get => Volatile.Read(ref _prefetch);
        set => Volatile.Write(ref _prefetch, value);
    }

    /// <summary>Whether the broker may lend more now.</summary>
    public bool MayGrow => Volatile.Read(ref _messages) < Prefetch;

    public void Took(PendingChunk chunk)
    {
        Interlocked.Increment(ref _messages);
        items.Inc(chunk.Count);
    }

    /// <summary>The chunk is settled or lost. Counts once, whoever finds out.</summary>
    public void Left(PendingChunk chunk)
    {
        if (!chunk.TryLeave())
            return;

        Interlocked.Decrement(ref _messages);
        items.Dec(chunk.Count);
    }
}
