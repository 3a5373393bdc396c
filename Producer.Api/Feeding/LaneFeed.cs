namespace SkillAi.Queue.Producer.Feeding;

/// <summary>One model's bulk lane as the feeder sees it: what to publish next, and whether to publish now.</summary>
sealed class LaneFeed(FeederOptions options, TimeProvider time)
{
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    TimeSpan _pause;
    long _pausedAt;
    Turn? _last;

    public FeederPolicy Policy { get; } = new(options.WindowItems);

    public int Publishing { get; private set; }

    /// <summary>Items of its jobs that were answered since this instance feeds.</summary>
    public long Answered { get; set; }

    public bool TryTake(out JobFeed job, out FeedChunk chunk)
    {
        (job, chunk) = (null!, default);
        if (Publishing >= options.PublishesInFlight || time.GetElapsedTime(_pausedAt) < _pause)
            return false;

        if (!Policy.TryTake(out job, out chunk))
            return false;

        Publishing++;
        return true;
    }

    /// <summary>The place behind all that were taken before.</summary>
    public Turn NextTurn() => _last = new(_last);

    public void Succeeded()
    {
        Publishing--;
        _pause = TimeSpan.Zero;
    }

    /// <summary>Pauses the lane, longer each time; the pause where this failure began one.</summary>
    public TimeSpan? Failed()
    {
        Publishing--;
        if (time.GetElapsedTime(_pausedAt) < _pause)
            return null;

        _pausedAt = time.GetTimestamp();
        _pause = _pause == TimeSpan.Zero ? FirstPause : _pause < LongestPause / 2 ? 2 * _pause : LongestPause;
        return _pause;
    }
}
