using System.Diagnostics.CodeAnalysis;

namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>A device's second stream: a thread that runs priority items beside an oversized run which they cannot wait
/// for. One run at a time, and only while the first stream has one that is worth it.</summary>
sealed class SecondStream(LeavableRun run, RunExecutor executor, WakeUp wakeUp, Action<PendingChunk> complete) : IDisposable
{
    readonly ClosedRun _beside = new();
    Thread? _thread;
    volatile bool _isStopping;

    /// <param name="ended">Called after each of its runs: the first stream may have waited for it.</param>
    /// <param name="failed">Called with what ended it before its time.</param>
    public void Start(string name, Action ended, Action<Exception> failed)
    {
        _thread = new(() => Run(ended, failed)) { Name = name, IsBackground = true };
        _thread.Start();
    }

    /// <summary>Something arrived.</summary>
    public void Signal() => wakeUp.Signal();

    /// <summary>Ends the thread, which is not in a run.</summary>
    public void Stop()
    {
        _isStopping = true;
        wakeUp.Signal();
        _thread?.Join();
    }

    public void Dispose() => wakeUp.Dispose();

    [SuppressMessage("Design", "CA1031", Justification = "As of the first stream: it ends the worker.")]
    void Run(Action ended, Action<Exception> failed)
    {
        try
        {
            while (!_isStopping)
            {
                if (RunNext() is var wait && wait == TimeSpan.Zero)
                    ended();
                else
                    wakeUp.Wait(wait);
            }
        }
        catch (Exception unexpected)
        {
            failed(unexpected);
        }
    }

    /// <returns>How long there is nothing to do; zero after a run.</returns>
    TimeSpan RunNext()
    {
        _beside.Clear();
        var device = run.CloseBeside(_beside, out var wait);
        foreach (var chunk in _beside.Completed)
            complete(chunk);

        if (device is not { Beside: { } memory })
            return wait;

        executor.Execute(device, memory, _beside);
        run.BesideEnded();
        return TimeSpan.Zero;
    }
}
