namespace SkillAi.Queue.Worker.Batching;

/// <summary>The most items of one length that fit the device's memory: lowered to 80 % by a run that did not fit,
/// raised by a rung after ten seconds of peace, twice as long after each probe that failed (at most ten minutes).</summary>
sealed class MemoryBound(int[] rungs)
{
    static readonly TimeSpan FirstProbe = TimeSpan.FromSeconds(10);
    static readonly TimeSpan LastProbe = TimeSpan.FromMinutes(10);
    static readonly TimeSpan ProbeTrial = TimeSpan.FromSeconds(5);

    TimeSpan _probeEvery = FirstProbe;
    TimeSpan _nextProbe;
    TimeSpan? _lastProbe;

    public int Items { get; private set; } = rungs[^1];

    public void Exceeded(TimeSpan now, int items)
    {
        var probeFailed = _lastProbe is { } last && now - last < ProbeTrial;
        if (probeFailed)
            _probeEvery = _probeEvery * 2 < LastProbe ? _probeEvery * 2 : LastProbe;
        Lower(now, Math.Min(Items, items) * 8 / 10);
    }

    public void Lower(TimeSpan now, int items)
    {
        Items = Math.Max(1, Math.Min(Items, items));
        _nextProbe = now + _probeEvery;
    }

    public void Fitted(TimeSpan now)
    {
        if (Items == rungs[^1] || now < _nextProbe)
            return;

        Items = Rungs.RoundUp(rungs, Items + 1);
        _lastProbe = now;
        _nextProbe = now + _probeEvery;
    }
}
