namespace SkillAi.Queue.Worker.Models.Simulated;

/// <summary>One device's time. A run blocks its thread until its work is done, as a device blocks the one that waits for
/// it; two at once slow each other down. Timers tick in milliseconds, so the last bit is spun: a run of 17.2 ms must not
/// become one of 18.</summary>
/// <param name="share">Part of its speed that each of two runs at once has; of three, two thirds of that.</param>
sealed class DeviceClock(TimeProvider time, double share)
{
    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(2);

    readonly Lock _gate = new();
    readonly List<Stay> _stays = [];
    long _at = time.GetTimestamp();

    TimeProvider Time => time;

    double Speed => _stays.Count <= 1 ? 1 : 2 * share / _stays.Count;

    /// <summary>Begins a run that takes so long alone.</summary>
    public Stay Enter(TimeSpan work)
    {
        var stay = new Stay(this, work);
        lock (_gate)
        {
            Advance();
            _stays.Add(stay);
            Disturb();
        }

        return stay;
    }

    void Leave(Stay stay)
    {
        lock (_gate)
        {
            Advance();
            _stays.Remove(stay);
            Disturb();
        }
    }

    void Advance()
    {
        var now = time.GetTimestamp();
        var done = time.GetElapsedTime(_at, now) * Speed;
        _at = now;
        foreach (var stay in _stays)
            stay.Work -= done;
    }

    // Each waits for an instant that has just changed.
    void Disturb()
    {
        foreach (var stay in _stays)
            stay.Disturb();
    }

    /// <summary>A run on the device, until disposed.</summary>
    internal sealed class Stay : IDisposable
    {
        readonly DeviceClock _device;
        // A monitor, because nothing of it can be disposed: a timer may still fire when its run has ended.
        readonly object _signal = new();
        readonly ITimer _timer;
        bool _isDisturbed;

        public Stay(DeviceClock device, TimeSpan work)
        {
            (_device, Work) = (device, work);
            _timer = device.Time.CreateTimer(
                static stay => ((Stay)stay!).Disturb(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        /// <summary>What is left to do, as time that it takes alone.</summary>
        public TimeSpan Work { get; set; }

        /// <summary>Time until the end if nothing changes.</summary>
        public TimeSpan Left
        {
            get
            {
                lock (_device._gate)
                {
                    _device.Advance();
                    return Work / _device.Speed;
                }
            }
        }

        public void Disturb()
        {
            lock (_signal)
            {
                _isDisturbed = true;
                Monitor.Pulse(_signal);
            }
        }

        /// <returns>Whether the work is done; false when it was broken off.</returns>
        public bool WaitForEnd(CancellationToken breakOff = default)
        {
            using var broken = breakOff.UnsafeRegister(static stay => ((Stay)stay!).Disturb(), this);
            while (Left is var left && left > TimeSpan.Zero)
            {
                if (breakOff.IsCancellationRequested)
                    return false;

                if (left > Tick || _device.Time != TimeProvider.System)
                    Sleep(_device.Time == TimeProvider.System ? left - Tick : left);
                else
                    Thread.SpinWait(100);
            }

            return true;
        }

        public void Dispose()
        {
            _device.Leave(this);
            _timer.Dispose();
        }

        void Sleep(TimeSpan duration)
        {
            _timer.Change(duration, Timeout.InfiniteTimeSpan);
            lock (_signal)
            {
                while (!_isDisturbed)
                    Monitor.Wait(_signal);

                _isDisturbed = false;
            }
        }
    }
}
