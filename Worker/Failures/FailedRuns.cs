using SkillAi.Queue.Contracts;
using SkillAi.Queue.Worker.Models;
using SkillAi.Queue.Worker.Models.Text;
using SkillAi.Queue.Worker.Pipeline;
using SkillAi.Queue.Worker.Telemetry;

namespace SkillAi.Queue.Worker.Failures;

/// <summary>Does with the items of a failed run what <see cref="RetryPolicy"/> says, as far as the budget pays for it and
/// the ladder has a rung. Called on the thread that ran it.</summary>
sealed class FailedRuns(
    WorkerClock clock, WorkerMetrics metrics, Random chance, Action<PendingChunk> complete, ILogger log)
{
    /// <param name="wasShared">Another run was on the device meanwhile.</param>
    public void Handle(ModelOnDevice device, ClosedRun run, ModelRunException failure, bool wasShared)
    {
        var model = device.Model;
        // What the model refuses is halved until one item is left: many runs for each, of which the end tells enough.
        log.RunFailed(
            failure.Failure == RunFailure.Rejected ? LogLevel.Debug : LogLevel.Warning,
            model.Name, model.Version, run.Items.Count, run.Failures + 1, failure.Failure, failure.Message);
        metrics.RunFailed(model, failure.Failure);

        // A worker without a device would take work only to fail it. It ends, and the broker lends what it held to others.
        if (failure.Failure == RunFailure.DeviceLost)
            throw new ModelRunException(RunFailure.DeviceLost, $"The device is lost, the worker ends: {failure.Message}", failure);

        // Whichever of the two failed, it is the other that it lacked the room for.
        if (failure.Failure == RunFailure.OutOfMemory && wasShared)
        {
            log.StreamLost(model.Name, model.Version);
            model.Lanes.DidNotFitBeside(device.Policy, run);
            return;
        }

        if (failure.Failure == RunFailure.OutOfMemory && run.Failures == 0 && run.Items.Count > 1)
        {
            model.Lanes.DidNotFit(device.Policy, run);
            metrics.Retried(model, run.Lane, RetryKind.Smaller, run.Items.Count);
            return;
        }

        if (failure.Failure == RunFailure.Rejected && run.Items.Count == 1)
            model.Lanes.Refused(device.Policy);

        var successes = run.Failures == 0 ? model.Lanes.Successes : run.Successes;
        if (run.Others.Count > 0)
            Again(model, new(run.Others, run.Lane, run.Bucket, run.Failures, successes, clock.Now));

        foreach (var lane in (Lane[])[Lane.Priority, Lane.Bulk])
        {
            var items = lane == Lane.Priority ? run.Items[..run.Urgent] : run.Items[run.Urgent..];
            if (items.Count > 0)
                Handle(model, failure, run.Items.Count, new(items, lane, run.Bucket, run.Failures + 1, successes, clock.Now));
        }
    }

    /// <summary>After a run that succeeded: what had failed together with its items holds the one that is to blame.</summary>
    public void Narrow(ServedModel model, ClosedRun run)
    {
        if (run.Others.Count == 0)
            return;

        var guilty = new RetryGroup(run.Others, run.Lane, run.Bucket, run.Failures, run.Successes, clock.Now);
        if (guilty.Count > 1)
            Halve(model, guilty, isCertain: true);
        else
            Again(model, guilty);
    }

    /// <param name="ran">Items in the run, of both lanes.</param>
    void Handle(ServedModel model, ModelRunException failure, int ran, RetryGroup group)
    {
        var decision = RetryPolicy.Decide(
            failure.Failure, group.Lane, group.Items.Count, group.Failures, model.Lanes.Successes > group.Successes, chance.NextDouble());
        var isPaid = !decision.IsPaid || model.Lanes.TryPayRetry(group.Items.Count);
        switch (isPaid ? decision.Step : RetryPolicy.Unpaid(group.Lane))
        {
            case RetryStep.Again:
                Again(model, group with { Due = clock.Now + decision.Delay });
                break;
            case RetryStep.Halve:
                Halve(model, group, isCertain: failure.Failure == RunFailure.Rejected);
                break;
            // What is a single item's own failure is certain only when it ran alone.
            case RetryStep.Fail when isPaid && ran > 1:
                Again(model, group);
                break;
            case RetryStep.Fail:
                GiveUp(group.Items, failure);
                break;
            case RetryStep.Leave:
                Leave(model, failure, isPaid, ran, group);
                break;
        }
    }

    /// <summary>Chunks without a rung, the last resort: whoever is to blame is looked for here, if that is paid for.</summary>
    void Leave(ServedModel model, ModelRunException failure, bool isPaid, int ran, RetryGroup group)
    {
        var staying = TakeOff(model, group);
        if (staying.Count == 0)
            return;

        var rest = group with { Items = staying };
        if (!isPaid || (ran > 1 && !model.Lanes.TryPayRetry(staying.Count)))
            GiveUp(staying, failure);
        else if (staying.Count > 1)
            Halve(model, rest, isCertain: false);
        else if (ran > 1)
            Again(model, rest);
        else
            GiveUp(staying, failure);
    }

    /// <returns>Items of the chunks that cannot leave.</returns>
    List<ItemRef> TakeOff(ServedModel model, RetryGroup group)
    {
        var staying = new List<ItemRef>();
        var leaving = new HashSet<PendingChunk>();
        foreach (var item in group.Items)
        {
            var chunk = item.Chunk;
            if (LadderPolicy.Next(chunk.Chunk.Attempt, chunk.Chunk.Deadline - clock.UtcNow) is not { } rung)
            {
                staying.Add(item);
                continue;
            }

            leaving.Add(chunk);
            chunk.Leave(new(rung, chunk.Chunk.Attempt + 1));
            if (chunk.End(item.Index, Outcome.Failed, ItemFault.RetriesExhausted))
                complete(chunk);
        }

        if (leaving.Count > 0)
            log.ChunksLeave(model.Name, leaving.Count);

        return staying;
    }

    void Again(ServedModel model, RetryGroup group) => Shelve(model, group, RetryKind.Again);

    /// <param name="isCertain">The same items would fail again: then a half that succeeds tells of the other one.</param>
    void Halve(ServedModel model, RetryGroup group, bool isCertain)
    {
        var items = group.Items.ToList();
        var half = (items.Count + 1) / 2;
        var (first, second) = (group with { Items = items[..half] }, group with { Items = items[half..] });
        if (isCertain)
        {
            Shelve(model, first with { Others = second.Items }, RetryKind.Isolate);
            return;
        }

        Shelve(model, first, RetryKind.Isolate);
        Shelve(model, second, RetryKind.Isolate);
    }

    void Shelve(ServedModel model, RetryGroup group, RetryKind kind)
    {
        metrics.Retried(model, group.Lane, kind, group.Items.Count);
        model.Lanes.Retry(group);
    }

    void GiveUp(IReadOnlyList<ItemRef> items, ModelRunException failure)
    {
        var fault = failure.Failure == RunFailure.Transient ? ItemFault.RetriesExhausted : ItemFault.ModelError;
        foreach (var (chunk, index) in items)
        {
            chunk.Explain(index, failure.Message);
            if (chunk.End(index, Outcome.Failed, fault))
                complete(chunk);
        }
    }
}
