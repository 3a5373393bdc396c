namespace SkillAi.Queue.Producer.Scaling;

/// <summary>Arrivals a second over the last minute, from a ring of one-second counts. Times are since the start; a
/// program that is younger than the minute averages over its age, so that a new instance is not taken for idle.
/// Not safe for concurrent use.</summary>
sealed class ArrivalWindow
{
    const int Seconds = 60;

    /// <summary>A first burst is not extrapolated: at least this much time counts.</summary>
    const int FewestSeconds = 10;

    readonly long[] _counts = new long[Seconds];
    long _newest;

    public void Add(TimeSpan now, int items)
    {
        MoveTo(now);
        _counts[_newest % Seconds] += items;
    }

    public double PerSecond(TimeSpan now)
    {
        MoveTo(now);
        return _counts.Sum() / Math.Clamp(now.TotalSeconds, FewestSeconds, Seconds);
    }

    void MoveTo(TimeSpan now)
    {
        var second = Math.Max(_newest, (long)now.TotalSeconds);
        for (var passed = Math.Min(second - _newest, Seconds); passed > 0; passed--)
            _counts[(second - passed + 1) % Seconds] = 0;

        _newest = second;
    }
}
