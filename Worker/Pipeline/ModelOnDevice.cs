using SkillAi.Queue.Worker.Batching;
using SkillAi.Queue.Worker.Models;

namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>A version on one device: the memory of its runs, what they cost there and the policy that sizes them. Used
/// by the device's thread; the policy only through <see cref="ModelLanes"/>.</summary>
sealed class ModelOnDevice
{
    readonly BatchingOptions _batching;
    readonly CostModel _cost;

    public ModelOnDevice(ServedModel model, BatchingOptions batching, bool servesUrgent, MakePolicy makePolicy)
    {
        var manifest = model.Declaration.Manifest;
        Model = model;
        _batching = new()
        {
            MaxRunItems = Math.Min(batching.MaxRunItems, manifest.MaxRunItems),
            LatencyTarget = batching.LatencyTarget,
            InnerDeadline = batching.InnerDeadline,
            BulkFloor = batching.BulkFloor,
            BulkPatience = batching.BulkPatience,
            // To a processor every shape is as good as another, and padding is work.
            PadToRung = batching.PadToRung && model.Slot.Provider != "cpu",
            Exit = batching.Exit,
        };
        _cost = new(Rungs.UpTo(_batching.MaxRunItems), model.Lengths.Count);
        Policy = makePolicy(_batching, _cost, model.Lengths.Count, servesUrgent);
        Memory = new(_batching.MaxRunItems, manifest.Input.MaxLength, model.Output.Labels);
        model.Lanes.Join(Policy);
    }

    // Measured with the longest run, which is the one that it matters for.
    Exit FindExit(TimeProvider time, IModel model, int largest)
    {
        if (_batching.Exit == ExitChoice.None || !Policy.ServesUrgent)
            return default;

        var longest = _cost.Predict(Model.Lengths.Count - 1, largest);
        var probe = new TerminateProbe(time, _batching.LatencyTarget);
        return probe.Find(model, Memory, Model.Lengths.All[^1], largest, longest, _batching.Exit == ExitChoice.Terminate);
    }

    public ServedModel Model { get; }

    public BatchPolicy Policy { get; }

    public RunBatch Memory { get; }

    public int MaxRunItems => _batching.MaxRunItems;

    public int Padded(int items) => _batching.PadToRung ? Rungs.RoundUp(_cost.RunSizes, Math.Max(1, items)) : items;

    public TimeSpan Predict(int bucket, int items) => _cost.Predict(bucket, items);

    /// <summary>Runs every size before the first real run.</summary>
    /// <exception cref="ModelLoadException">The model does not run.</exception>
    public void WarmUp(TimeProvider time, TimeSpan limit)
    {
        try
        {
            using var lease = Model.Slot.TryLease();
            if (lease is null)
                return;

            var largest = new WarmUp(time, limit).Run(lease.Model, Memory, Model.Lengths.All, _cost);
            Model.Lanes.LimitMemory(Policy, largest, _cost.RunSizes[^1]);
            Model.Lanes.LeaveBy(Policy, FindExit(time, lease.Model, largest[^1]));
        }
        catch (ModelRunException failed)
        {
            throw new ModelLoadException(
                $"Model {Model.Name}/{Model.Version} does not run: {failed.Message}", failed);
        }
    }
}
