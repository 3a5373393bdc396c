using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Transport.InProcess;

/// <summary>The last rejected chunks. Bounded, because nobody is obliged to look.</summary>
sealed class InProcessDeadLetters
{
    const int Kept = 1_000;

    readonly Lock _gate = new();
    readonly Queue<Chunk> _chunks = new();

    public void Add(Chunk chunk)
    {
        lock (_gate)
        {
            if (_chunks.Count == Kept)
                _chunks.Dequeue();

            _chunks.Enqueue(chunk);
        }
    }

    public IReadOnlyList<Chunk> ToList()
    {
        lock (_gate)
            return [.. _chunks];
    }
}
