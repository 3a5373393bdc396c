using SkillAi.Queue.Worker.Batching;

namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>The run that a device is in, while there is a way past it for priority items: arrivals, on threads of their
/// own, ask whether to terminate it; the second stream asks what to run beside it. Begun and ended by the device's
/// thread.</summary>
sealed class LeavableRun : IDisposable
{
    static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    readonly Lock _gate = new();
    readonly WorkerClock _clock;
    readonly ITimer _timer;
    ModelOnDevice? _device;
    Terms _terms;
    RunProgress? _progress;
    CancellationTokenSource? _terminate;
    bool _isBesideBusy;

    public LeavableRun(WorkerClock clock)
    {
        _clock = clock;
        _timer = clock.Time.CreateTimer(
            static run => ((LeavableRun)run!).Reconsider(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether the second stream has a run, or the outcome of one is still to be dealt with.</summary>
    public bool IsBesideBusy
    {
        get
        {
            lock (_gate)
                return _isBesideBusy;
        }
    }

    public CancellationToken Begin(ModelOnDevice device, ClosedRun run, TimeSpan now)
    {
        lock (_gate)
        {
            _device = device;
            _terms = new(run.WayOut, run.Predicted, run.IsOversized);
            _progress = new(now, run.Predicted, device.StreamShare);
            if (_isBesideBusy)
                _progress.Share(now, isSlowed: true);
            if (run.WayOut != WayOut.Terminate)
                return default;

            _terminate = new();
            return _terminate.Token;
        }
    }

    /// <returns>Whether another run was beside it.</returns>
    public bool End()
    {
        lock (_gate)
        {
            var wasShared = _progress?.WasShared ?? false;
            _terminate?.Dispose();
            (_device, _progress, _terminate) = (null, null, null);
            return wasShared;
        }
    }

    /// <summary>Terminates the run if what waits cannot wait for its end. To be asked at arrivals; when else the answer
    /// would change, it asks by itself.</summary>
    public void Reconsider()
    {
        lock (_gate)
        {
            if (_terminate is not { IsCancellationRequested: false } || _device is not { } device)
                return;

            var wait = device.Model.Lanes.TerminatesIn(device.Policy, Underway());
            if (wait == TimeSpan.Zero)
                _terminate.Cancel();
            else
                _timer.Change(wait < Longest ? wait : Longest, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Closes a run of priority items beside the one that the device is in.</summary>
    /// <returns>The device's model, when there is such a run.</returns>
    public ModelOnDevice? CloseBeside(ClosedRun run, out TimeSpan wait)
    {
        wait = TimeSpan.MaxValue;
        lock (_gate)
        {
            if (_terms.WayOut != WayOut.SecondStream || _progress is null || _device is not { } device)
                return null;

            wait = device.Model.Lanes.CloseBeside(device.Policy, Underway(), run);
            if (run.IsEmpty)
                return null;

            _isBesideBusy = true;
            _progress.Share(_clock.Now, isSlowed: true);
            return device;
        }
    }

    public void BesideEnded()
    {
        lock (_gate)
        {
            _isBesideBusy = false;
            _progress?.Share(_clock.Now, isSlowed: false);
        }
    }

    public void Dispose()
    {
        _timer.Dispose();
        _terminate?.Dispose();
    }

    RunUnderway Underway() => new(_progress!.Left(_clock.Now), _terms.Predicted, _terms.IsOversized);

    readonly record struct Terms(WayOut WayOut, TimeSpan Predicted, bool IsOversized);
}
