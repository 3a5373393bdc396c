namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>The run that a device is in, while it is one that may be left: arrivals, on threads of their own, ask
/// whether to. Begun and ended by the device's thread.</summary>
sealed class LeavableRun
{
    readonly Lock _gate = new();
    ModelOnDevice? _device;
    TimeSpan _ends;
    CancellationTokenSource? _terminate;

    /// <param name="ends">When it is expected to end by itself.</param>
    public CancellationToken Begin(ModelOnDevice device, TimeSpan ends)
    {
        lock (_gate)
        {
            (_device, _ends, _terminate) = (device, ends, new());
            return _terminate.Token;
        }
    }

    public void End()
    {
        lock (_gate)
        {
            _terminate?.Dispose();
            (_device, _terminate) = (null, null);
        }
    }

    /// <summary>Terminates the run if what has arrived cannot wait for its end. To be asked at arrivals only: the time
    /// left of the run and of the deadlines shrink together, so that waiting changes no answer.</summary>
    public void Reconsider()
    {
        lock (_gate)
        {
            if (_terminate is { IsCancellationRequested: false } && _device!.Model.Lanes.Terminates(_device.Policy, _ends))
                _terminate.Cancel();
        }
    }
}
