using System.Diagnostics.CodeAnalysis;
using SkillAi.Queue.Worker.Batching;
using SkillAi.Queue.Worker.Failures;
using SkillAi.Queue.Worker.Models;
using SkillAi.Queue.Worker.Telemetry;

namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>Runs a closed run on the calling thread, one of a device's streams: fills the memory, calls the model, hands each item its scores.
/// What becomes of a run that fails is another's to decide.</summary>
sealed class RunExecutor(
    WorkerClock clock, WorkerMetrics metrics, FailedRuns failures, ResultStore store, LeavableRun? leavable, RunNote? note,
    Action<PendingChunk> complete)
{
    // Without a leavable run this is the second stream, whose runs are never left and never alone. Without a note nobody
    // will know what this process died with.

    /// <summary>A run this long is worth telling pollers about.</summary>
    static readonly TimeSpan LongRun = TimeSpan.FromMilliseconds(20);

    public void Execute(ModelOnDevice device, RunBatch memory, ClosedRun run)
    {
        using var span = WorkerTraces.Run(device.Model, run);
        var filling = clock.Now;
        Fill(device, memory, run);
        if (run.Predicted >= LongRun)
            MarkRunning(run);

        note?.Write(run.Items);
        var started = clock.Now;
        var terminate = run.WayOut == WayOut.None ? default : leavable?.Begin(device, run, started) ?? default;
        var failure = TryRun(device, memory, terminate);
        var wasShared = leavable?.End() ?? true;
        var ended = clock.Now;
        // A lost device ends the process too, and may be the work of what it ran.
        if (failure?.Failure != RunFailure.DeviceLost)
            note?.Clear();

        metrics.Busy(Stage.Prepare, started - filling);
        metrics.Busy(Stage.Infer, ended - started);
        if (failure is not null)
        {
            span.Failed(failure.Failure);
            if (failure.Failure == RunFailure.Terminated)
            {
                metrics.RunFailed(device.Model, failure.Failure);
                device.Model.Lanes.Terminated(device.Policy, run);
                return;
            }

            failures.Handle(device, run, failure, wasShared);
            return;
        }

        device.Model.Lanes.Completed(device.Policy, new FinishedRun(
            run.Urgent, run.Items.Count - run.Urgent, run.Bucket, run.Rung, ended - started, run.Predicted)
        {
            WasShared = wasShared,
        });
        var record = new RunRecord(run.Items.Count, run.Reason, run.Predicted, started, ended - started);
        metrics.Ran(device.Model, run, record, started - Oldest(run));
        Scatter(memory, run, record);
        failures.Narrow(device.Model, run);
    }

    static void Fill(ModelOnDevice device, RunBatch memory, ClosedRun run)
    {
        memory.Open(run.Rung, device.Model.Lengths[run.Bucket]);
        foreach (var item in run.Items)
            memory.Add(item.Text);

        memory.Close();
    }

    // One of the two places where anything may fail: whatever a model throws must cost items at most, never the worker.
    [SuppressMessage("Design", "CA1031", Justification = "See above.")]
    static ModelRunException? TryRun(ModelOnDevice device, RunBatch memory, CancellationToken terminate)
    {
        try
        {
            using var lease = device.Model.Slot.TryLease();
            if (lease is null)
                return new(RunFailure.Transient, "The model is being unloaded.");

            lease.Model.Run(memory, terminate);
            return null;
        }
        catch (ModelRunException failed)
        {
            return failed;
        }
        catch (Exception unknown)
        {
            return new(RunFailure.Transient, unknown.Message, unknown);
        }
    }

    void Scatter(RunBatch memory, ClosedRun run, RunRecord record)
    {
        for (var row = 0; row < run.Items.Count; row++)
        {
            var (chunk, index) = run.Items[row];
            if (chunk.Succeed(index, memory.Scores(row), record))
                complete(chunk);
        }
    }

    void MarkRunning(ClosedRun run)
    {
        var requests = run.Items.Where(item => item.Chunk.Chunk.Job is null).Select(item => item.Part.Id).Distinct().ToList();
        if (requests.Count > 0)
            store.MarkRunning(requests);
    }

    static TimeSpan Oldest(ClosedRun run)
    {
        var oldest = TimeSpan.MaxValue;
        foreach (var item in run.Items)
            oldest = item.Chunk.Received < oldest ? item.Chunk.Received : oldest;

        return oldest;
    }
}
