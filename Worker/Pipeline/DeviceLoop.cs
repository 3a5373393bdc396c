using SkillAi.Queue.Worker.Batching;

namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>One device and the thread that is its own: asks whose turn it is, closes a run, executes it, and waits only
/// when nothing is worth running. Models block, so no thread of the pool runs them. Beside it, where that was found to
/// help, <see cref="SecondStream"/>.</summary>
sealed class DeviceLoop(
    int number, IReadOnlyList<ModelOnDevice> models, RunExecutor executor, LeavableRun leavable, SecondStream second,
    WakeUp wakeUp, Action<PendingChunk> complete)
    : IDisposable
{
    readonly ModelScheduler _scheduler = new(models.Count);
    readonly ModelView[] _views = new ModelView[models.Count];
    readonly ClosedRun _run = new();
    readonly TaskCompletionSource _warm = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    volatile bool _isStopping;

    public IReadOnlyList<ModelOnDevice> Models => models;

    /// <summary>Completes when every model has been warmed up, or with what kept one from it.</summary>
    public Task Warm => _warm.Task;

    /// <summary>Completes when the thread has ended, or with what ended it.</summary>
    public Task Ended => _ended.Task;

    public void Start(Action<ModelOnDevice> warmUp)
    {
        var thread = new Thread(() => Run(warmUp)) { Name = $"device {number}", IsBackground = true };
        thread.Start();
    }

    /// <summary>Something arrived.</summary>
    public void Signal()
    {
        leavable.Reconsider();
        second.Signal();
        wakeUp.Signal();
    }

    /// <summary>Ends the thread when nothing is left to run.</summary>
    public void Stop()
    {
        _isStopping = true;
        wakeUp.Signal();
    }

    /// <summary>Only after the thread has ended.</summary>
    public void Dispose()
    {
        second.Dispose();
        leavable.Dispose();
        wakeUp.Dispose();
    }

    // Whatever comes out of here is a bug of ours or of the machine: it ends the worker, and the broker lends what we hold again.
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1031", Justification = "Passed on as a task's end.")]
    void Run(Action<ModelOnDevice> warmUp)
    {
        try
        {
            foreach (var model in models)
                warmUp(model);

            if (models.Any(model => model.Beside is not null))
                second.Start($"device {number} beside", wakeUp.Signal, Fail);

            _warm.SetResult();
            while (RunNext() is var wait && !IsDone(wait))
                wakeUp.Wait(wait);

            second.Stop();
            _ended.TrySetResult();
        }
        catch (Exception unexpected)
        {
            Fail(unexpected);
        }
    }

    void Fail(Exception unexpected)
    {
        _warm.TrySetException(unexpected);
        _ended.TrySetException(unexpected);
    }

    // The second stream first: what fails there waits in the lanes by the time that it is not busy any more.
    bool IsDone(TimeSpan wait) =>
        _isStopping && wait > TimeSpan.Zero && !leavable.IsBesideBusy && models.All(model => model.Model.Lanes.IsEmpty);

    /// <returns>How long there is nothing to do; zero after a run.</returns>
    TimeSpan RunNext() => models.Count == 1
        // Alone on its device, a model owes nobody a bound but its own.
        ? Run(models[0], new(0, Cap: null, WithoutFill: false))
        : RunFairly();

    TimeSpan RunFairly()
    {
        for (var i = 0; i < models.Count; i++)
            _views[i] = models[i].Model.Lanes.Look(models[i].Policy);

        var wait = TimeSpan.MaxValue;
        while (_scheduler.Next(_views) is { Model: >= 0 } turn)
        {
            var next = Run(models[turn.Model], turn);
            if (!_run.IsEmpty)
            {
                Charge(turn.Model);
                return TimeSpan.Zero;
            }

            wait = next < wait ? next : wait;
            _views[turn.Model] = new(LatestStart: null, Quantum: null, HasBulk: false);
        }

        return wait;
    }

    TimeSpan Run(ModelOnDevice model, in ModelTurn turn)
    {
        _run.Clear();
        var wait = leavable.IsBesideBusy
            ? model.Model.Lanes.CloseLong(model, turn, _run)
            : model.Model.Lanes.Close(model, turn, _run);
        foreach (var chunk in _run.Completed)
            complete(chunk);

        if (_run.IsEmpty)
            return wait;

        executor.Execute(model, model.Memory, _run);
        return TimeSpan.Zero;
    }

    void Charge(int model)
    {
        var bulkShare = 1 - ((double)_run.Urgent / _run.Items.Count);
        _scheduler.Ran(model, _run.Predicted * bulkShare);
        for (var i = 0; i < models.Count; i++)
        {
            if (!_views[i].HasBulk)
                _scheduler.Idled(i);
        }
    }
}
