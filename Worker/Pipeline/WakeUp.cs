namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>Where a device's thread waits for something to do. A signal that comes between a look and a wait is not
/// lost; one too many costs a look.</summary>
sealed class WakeUp : IDisposable
{
    readonly AutoResetEvent _signal = new(initialState: false);
    readonly ITimer _timer;

    public WakeUp(TimeProvider time) => _timer = time.CreateTimer(
        static signal => ((AutoResetEvent)signal!).Set(), _signal, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Signal() => _signal.Set();

    /// <summary>Until a signal, or that time has passed.</summary>
    public void Wait(TimeSpan limit)
    {
        if (limit <= TimeSpan.Zero)
            return;

        var isLimited = limit < TimeSpan.FromDays(1);
        if (isLimited)
            _timer.Change(limit, Timeout.InfiniteTimeSpan);

        _signal.WaitOne();
        if (isLimited)
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Dispose()
    {
        _timer.Dispose();
        _signal.Dispose();
    }
}
