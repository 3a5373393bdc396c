namespace SkillAi.Queue.Worker.Batching;

/// <summary>Time kept free before a deadline: 1.5 ms and what the misses of the last 200 answers add. The loop moves
/// the margin and never the run size itself, which would hover around the deadline (AIMD).</summary>
sealed class Margin(TimeSpan atMost)
{
    const int Window = 200;
    const double Allowed = 0.01;
    static readonly TimeSpan Floor = TimeSpan.FromMilliseconds(1.5);
    static readonly TimeSpan Raise = TimeSpan.FromMilliseconds(2);
    static readonly TimeSpan Lower = TimeSpan.FromMilliseconds(0.5);

    TimeSpan _extra;
    int _answers, _late;

    public TimeSpan Value => Floor + _extra;

    public void Answered(bool late)
    {
        _answers++;
        _late += late ? 1 : 0;
        if (_answers < Window)
            return;

        var missed = (double)_late / _answers;
        if (missed > 0.6 * Allowed)
            _extra = _extra + Raise < atMost ? _extra + Raise : atMost;
        else if (missed < 0.2 * Allowed)
            _extra = _extra > Lower ? _extra - Lower : TimeSpan.Zero;
        (_answers, _late) = (0, 0);
    }
}
