using System.Collections.Concurrent;
using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Transport.InProcess;

/// <summary>Chunks that stand aside for a while, each with a timer of its own. They have their room in the lane's queue
/// already, so that coming back cannot fail.</summary>
sealed class InProcessLadder(TimeProvider time)
{
    // Holds the timers: one that nobody holds may be collected before it fires.
    readonly ConcurrentDictionary<long, ITimer> _timers = new();
    long _nextNumber;

    public bool Any => !_timers.IsEmpty;

    /// <summary>False when the lane is full.</summary>
    public bool TryAdd(InProcessQueue queue, Chunk chunk, RetryRung rung)
    {
        if (!queue.TryReserve(chunk))
            return false;

        var number = Interlocked.Increment(ref _nextNumber);
        var timer = time.CreateTimer(_ => Return(number, queue, chunk), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _timers[number] = timer;
        timer.Change(rung.Delay(), Timeout.InfiniteTimeSpan);
        return true;
    }

    void Return(long number, InProcessQueue queue, Chunk chunk)
    {
        if (_timers.TryRemove(number, out var timer))
            timer.Dispose();

        queue.AddReserved(chunk);
    }
}
