using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Producer.Feeding;

/// <summary>Decides when a job that does not move has lost chunks, to the broker's or the store's restart, rather than
/// waiting its turn. It must have stood still for <paramref name="patience"/>, and in the second half of that nothing
/// may have stood before it. Every time that feeding it again did not help, twice as long: a long run is then more
/// likely than another loss. Holds no clock: it is told how much time was looked at.</summary>
sealed class Stillness(TimeSpan patience)
{
    static readonly TimeSpan Longest = TimeSpan.FromMinutes(10);

    /// <summary>Time in which nobody looked says nothing: the store may have been away.</summary>
    static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(2);

    TimeSpan _still;
    int _fedAgain;
    long _answered;
    long _passed;

    /// <summary>The patience itself may be longer than the longest that it is stretched to.</summary>
    TimeSpan Limit
    {
        get
        {
            var stretched = patience * Math.Pow(2, _fedAgain);
            return stretched < Longest || _fedAgain == 0 ? stretched : patience < Longest ? Longest : patience;
        }
    }

    /// <summary>Worth finding out what stands before it.</summary>
    public bool IsSuspect => _still >= Limit / 2;

    /// <param name="anyAside">Whether chunks stand on the retry ladder. They may be this job's or another's, so they
    /// are waited for as long as the ladder takes, and not for ever.</param>
    public bool IsStuck(bool anyAside) => _still >= Limit + (anyAside ? RetryRungs.Whole : TimeSpan.Zero);

    /// <param name="answered">Items of the job that are answered: any other number than before is a move.</param>
    /// <param name="isWaiting">Whether it has items in the broker or with workers.</param>
    /// <param name="passed">Items of the whole lane that were answered so far.</param>
    /// <param name="elapsed">Since the last look.</param>
    public void Look(long answered, bool isWaiting, long passed, TimeSpan elapsed)
    {
        if (answered == _answered && isWaiting)
        {
            _still += elapsed < LongestLook ? elapsed : LongestLook;
            return;
        }

        (_answered, _passed, _still, _fedAgain) = (answered, passed, TimeSpan.Zero, 0);
    }

    /// <summary>Items of the lane that were answered while this job stood still: more than its queue holds cannot all
    /// have stood before it.</summary>
    public long Passed(long passed) => passed - _passed;

    /// <summary>It has somebody to wait for.</summary>
    public void Excuse() => _still = Limit / 2;

    /// <summary>It was fed again.</summary>
    public void FedAgain()
    {
        _still = TimeSpan.Zero;
        _fedAgain++;
    }
}
