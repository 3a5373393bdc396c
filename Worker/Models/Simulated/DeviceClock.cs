namespace SkillAi.Queue.Worker.Models.Simulated;

/// <summary>Blocks a thread until an instant, as a device blocks the one that waits for it. Timers tick in
/// milliseconds, so the last bit is spun: a run of 17.2 ms must not become one of 18.</summary>
sealed class DeviceClock : IDisposable
{
    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(2);

    readonly TimeProvider _time;
    readonly AutoResetEvent _fired = new(initialState: false);
    readonly ITimer _timer;

    public DeviceClock(TimeProvider time)
    {
        _time = time;
        _timer = time.CreateTimer(
            static fired => ((AutoResetEvent)fired!).Set(), _fired, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <returns>Whether the time has passed; false when the wait was broken off.</returns>
    public bool WaitUntil(long started, TimeSpan duration, CancellationToken breakOff = default)
    {
        using var broken = breakOff.UnsafeRegister(static fired => ((AutoResetEvent)fired!).Set(), _fired);
        while (duration - _time.GetElapsedTime(started) is var left && left > TimeSpan.Zero)
        {
            if (breakOff.IsCancellationRequested)
                return false;

            if (left > Tick || _time != TimeProvider.System)
                Sleep(_time == TimeProvider.System ? left - Tick : left);
            else
                Thread.SpinWait(100);
        }

        return true;
    }

    public void Dispose()
    {
        _timer.Dispose();
        _fired.Dispose();
    }

    void Sleep(TimeSpan duration)
    {
        _timer.Change(duration, Timeout.InfiniteTimeSpan);
        _fired.WaitOne();
    }
}
