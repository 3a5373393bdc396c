namespace SkillAi.Queue.Producer.Feeding;

/// <summary>One model's bulk lane as the feeder sees it: what to publish next, and whether to publish now.</summary>
sealed class LaneFeed(string model, FeederOptions options, TimeProvider time)
{
    static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <summary>Jobs that come one after the other share the lane with a long one in between, too.</summary>
    static readonly TimeSpan SharedFor = TimeSpan.FromSeconds(30);

    readonly AnswerRate _rate = new();
    readonly long _start = time.GetTimestamp();
    TimeSpan _pause;
    long _pausedAt;
    long? _sharedAt;
    Turn? _last;

    public string Model => model;

    /// <summary>Workers that consume it, as last counted.</summary>
    public int Workers { get; set; } = 1;

    public bool IsShared => _sharedAt is { } at && time.GetElapsedTime(at) < SharedFor;

    /// <summary>What it holds has to be known at every moment: to keep it small, or to fill it up before the workers run dry.</summary>
    public bool IsWatched => IsShared || Policy.HasWork;

    public FeederPolicy Policy { get; } = new(options.WindowItems);

    public int Publishing { get; private set; }

    /// <summary>Items of its jobs that were answered since this instance feeds.</summary>
    public long Answered { get; set; }

    /// <summary>Looks at what is left of the window and sizes it anew. To be called every few milliseconds.</summary>
    public void Size()
    {
        if (Policy.IsShared)
            _sharedAt = time.GetTimestamp();

        _rate.Look(Answered, time.GetElapsedTime(_start));
        var ahead = options.WindowTime > TimeSpan.Zero ? _rate.Value * options.WindowTime.TotalSeconds : options.WindowItems;
        Policy.Window = WindowPolicy.Next(
            Policy.Window, Policy.InFlight, IsShared, Math.Max(1, Workers), ahead, options.WindowItems);
    }

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
