namespace SkillAi.Queue.Worker.Batching;

/// <summary>Arrivals a second, as the larger of two decaying averages: half a second sees a burst begin, thirty
/// seconds remember the usual load through a lull.</summary>
sealed class ArrivalRate
{
    const double FastSeconds = 0.5;
    const double PeakSeconds = 1;
    const double SlowSeconds = 30;
    static readonly TimeSpan PeakMemory = TimeSpan.FromMinutes(10);

    double _fast, _slow, _second, _peak;
    TimeSpan _at, _peakAt;
    TimeSpan? _last;

    public void Arrived(TimeSpan now, int items)
    {
        Decay(now);
        _fast += items / FastSeconds;
        _slow += items / SlowSeconds;
        _second += items / PeakSeconds;
        _last = now;
        if (_second >= _peak || now - _peakAt > PeakMemory)
            (_peak, _peakAt) = (_second, now);
    }

    public double PerSecond(TimeSpan now)
    {
        Decay(now);
        return Math.Max(_fast, _slow);
    }

    /// <summary>The highest rate over a second in the last ten minutes, less the arrival that showed it.</summary>
    public double Peak => 0.8 * _peak;

    /// <summary>Chance a second that something arrives after the silence so far: the usual rate while active, one
    /// over the silence once that is longer than the rate explains.</summary>
    public double Hazard(TimeSpan now)
    {
        var silence = _last is { } last ? (now - last).TotalSeconds : Math.Max(SlowSeconds, now.TotalSeconds);
        return Math.Max(1 / (silence + 1), Math.Min(PerSecond(now), 5 / Math.Max(silence, 1e-3)));
    }

    void Decay(TimeSpan now)
    {
        var seconds = (now - _at).TotalSeconds;
        if (seconds <= 0)
            return;

        _fast *= Math.Exp(-seconds / FastSeconds);
        _slow *= Math.Exp(-seconds / SlowSeconds);
        _second *= Math.Exp(-seconds / PeakSeconds);
        _at = now;
    }
}
