using SkillAi.Queue.Worker.Batching;
using SkillAi.Queue.Worker.Models;

namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>A version on one device: the memory of its runs, what they cost there and the policy that sizes them. Used
/// by the device's threads; the policy only through <see cref="ModelLanes"/>.</summary>
sealed class ModelOnDevice
{
    readonly BatchingOptions _batching;
    readonly CostModel _cost;
    readonly Func<RunBatch> _makeMemory;

    public ModelOnDevice(
        int number, ServedModel model, BatchingOptions batching, bool servesUrgent, MakePolicy makePolicy)
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
        _makeMemory = () => new(_batching.MaxRunItems, manifest.Input.MaxLength, model.Output.Labels) { Device = number };
        Memory = _makeMemory();
        model.Lanes.Join(Policy);
    }

    // Measured with the longest run, which is the one that it matters for.
    Exit FindExit(TimeProvider time, IModel model, int largest)
    {
        if (_batching.Exit == ExitChoice.None || !Policy.ServesUrgent)
            return default;

        var bucket = Model.Lengths.Count - 1;
        var longest = _cost.Predict(bucket, largest);
        var exit = _batching.Exit == ExitChoice.SecondStream
            ? default
            : new TerminateProbe(time, _batching.LatencyTarget).Find(
                model, Memory, Model.Lengths.All[^1], largest, longest, isForced: _batching.Exit == ExitChoice.Terminate);
        return exit.Way == WayOut.None && _batching.Exit != ExitChoice.Terminate && IsAlone
            ? FindStream(time, model, new(largest, longest, _cost.Predict(bucket, 1)))
            : exit;
    }

    Exit FindStream(TimeProvider time, IModel model, in KnownRuns known)
    {
        var memory = _makeMemory();
        var exit = new StreamProbe(time, _batching.LatencyTarget).Find(
            model, Memory, memory, Model.Lengths.All[^1], known, isForced: _batching.Exit == ExitChoice.SecondStream);
        Beside = exit.Way == WayOut.None ? null : memory;
        return exit;
    }

    public ServedModel Model { get; }

    public BatchPolicy Policy { get; }

    /// <summary>No other model is on the device. Several keep to the quantum and need no second stream.</summary>
    public bool IsAlone { get; init; } = true;

    public RunBatch Memory { get; }

    /// <summary>Memory of the runs on the second stream; null where there is none.</summary>
    public RunBatch? Beside { get; private set; }

    /// <summary>Part of the device's speed that a run on the second stream has.</summary>
    public double StreamShare { get; private set; }

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
            var exit = FindExit(time, lease.Model, largest[^1]);
            StreamShare = exit.StreamShare;
            Model.Lanes.LeaveBy(Policy, exit);
        }
        catch (ModelRunException failed)
        {
            throw new ModelLoadException(
                $"Model {Model.Name}/{Model.Version} does not run: {failed.Message}", failed);
        }
    }
}
