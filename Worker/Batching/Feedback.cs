namespace SkillAi.Queue.Worker.Batching;

/// <summary>
/// Two allowances, moved by misses; never the run size itself, which would hover around the deadline (AIMD). Both rise
/// quickly and fall slowly.
/// <list type="bullet">
/// <item><see cref="Margin"/>: time kept free before a deadline, by the late of 200 answers. It starts cautious where
/// no inner deadline does that, since at one request in five seconds the first verdict takes a quarter of an hour.</item>
/// <item><see cref="Burst"/>: standard deviations of the arrivals during a run that the quantum provides for, by the
/// late and shed of 1000. Near overload it takes room from bulk and not from priority: it bounds only the fill.</item>
/// </list>
/// </summary>
sealed class Feedback(TimeSpan mostMargin, bool isCautious)
{
    const int MarginWindow = 200;
    const int BurstWindow = 1000;
    const double MostBurst = 2;
    static readonly TimeSpan LeastMargin = TimeSpan.FromMilliseconds(1.5);
    static readonly TimeSpan Raise = TimeSpan.FromMilliseconds(2);
    static readonly TimeSpan Lower = TimeSpan.FromMilliseconds(0.5);

    TimeSpan _extra = isCautious && Raise < mostMargin ? Raise : TimeSpan.Zero;
    int _answers, _late, _shed, _items, _missed;

    public TimeSpan Margin => LeastMargin + _extra;

    public double Burst { get; private set; }

    public void Answered(bool late)
    {
        _answers++;
        _late += late ? 1 : 0;
        if (_answers >= MarginWindow)
            MoveMargin((double)_late / _answers, (double)_shed / _answers);
        Count(1, late ? 1 : 0);
    }

    public void Shed(int items)
    {
        _shed += items;
        Count(items, items);
    }

    void Count(int items, int missed)
    {
        _items += items;
        _missed += missed;
        if (_items >= BurstWindow)
            MoveBurst((double)_missed / _items);
    }

    void MoveMargin(double late, double shed)
    {
        // In overload runs are planned by expected times, so that some answers are late by design; a margin against
        // those would only cost capacity.
        if (late > 0.006 && shed < 0.02)
            _extra = _extra + Raise < mostMargin ? _extra + Raise : mostMargin;
        else if (late < 0.002 || shed >= 0.02)
            _extra = _extra > Lower ? _extra - Lower : TimeSpan.Zero;
        (_answers, _late, _shed) = (0, 0, 0);
    }

    void MoveBurst(double missed)
    {
        if (missed > 0.008)
            Burst = Math.Min(MostBurst, Burst + 0.2);
        else if (missed < 0.005)
            Burst = Math.Max(0, Burst - 0.1);
        (_items, _missed) = (0, 0);
    }
}
