namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>Where a device's thread waits for something to do. A signal that comes between a look and a wait is not
/// lost; one too many costs a look.</summary>
sealed class WakeUp : IDisposable
{
    // A monitor, because nothing of it can be disposed: a timer may still fire when the thread has ended.
    readonly object _gate = new();
    readonly ITimer _timer;
    bool _isSignalled;

    public WakeUp(TimeProvider time) => _timer = time.CreateTimer(
        static wakeUp => ((WakeUp)wakeUp!).Signal(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Signal()
    {
        lock (_gate)
        {
            _isSignalled = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>Until a signal, or that time has passed.</summary>
    public void Wait(TimeSpan limit)
    {
        if (limit <= TimeSpan.Zero)
            return;

        var isLimited = limit < TimeSpan.FromDays(1);
        if (isLimited)
            _timer.Change(limit, Timeout.InfiniteTimeSpan);

        lock (_gate)
        {
            while (!_isSignalled)
                Monitor.Wait(_gate);

            _isSignalled = false;
        }

        if (isLimited)
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer.Dispose();
}
