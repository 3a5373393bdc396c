using SkillAi.Queue.Contracts.Models;
using SkillAi.Queue.Worker.Batching;
using SkillAi.Queue.Worker.Models;
using SkillAi.Queue.Worker.Models.Simulated;

namespace SkillAi.Queue.Tests.Unit.Worker;

[Collection(nameof(Alone))]
public sealed class StreamProbeTests
{
    static readonly SimulatedDevice Device = new() { Cost = [new(1, 10), new(64, 300)] };
    static readonly KnownRuns Known = new(64, TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(10));

    [Fact]
    public void Where_two_runs_share_the_device_the_share_is_measured()
    {
        using var model = new SimulatedModel(Device, TimeProvider.System);

        var exit = Find(model, targetMs: 200);

        Assert.Equal(WayOut.SecondStream, exit.Way);
        Assert.InRange(exit.StreamShare, 0.2, 0.6);
    }

    [Fact]
    public void A_device_that_takes_one_after_the_other_has_no_second_stream()
    {
        using var model = new OneAtATime(new SimulatedModel(Device, TimeProvider.System));

        Assert.Equal(WayOut.None, Find(model, targetMs: 200).Way);
    }

    [Fact]
    public void Nor_has_one_whose_memory_holds_only_one_run()
    {
        using var model = new OneAtATime(new SimulatedModel(Device, TimeProvider.System), fails: true);

        Assert.Equal(WayOut.None, Find(model, targetMs: 200, isForced: true).Way);
    }

    [Fact]
    public void Nor_one_on_which_the_shared_run_itself_is_too_slow()
    {
        using var model = new SimulatedModel(Device, TimeProvider.System);

        Assert.Equal(WayOut.None, Find(model, targetMs: 25).Way);
        Assert.Equal(WayOut.SecondStream, Find(model, targetMs: 25, isForced: true).Way);
    }

    static Exit Find(IModel model, double targetMs, bool isForced = false) =>
        new StreamProbe(TimeProvider.System, TimeSpan.FromMilliseconds(targetMs))
            .Find(model, new(64, 16, 1), new(64, 16, 1), 16, Known, isForced);

    sealed class OneAtATime(IModel model, bool fails = false) : IModel
    {
        readonly Lock _gate = new();

        public string Provider => model.Provider;

        public void Run(RunBatch batch, CancellationToken terminate = default)
        {
            if (fails && !_gate.TryEnter())
                throw new ModelRunException(RunFailure.OutOfMemory, "Full.");
            if (!fails)
                _gate.Enter();
            try
            {
                model.Run(batch, terminate);
            }
            finally
            {
                _gate.Exit();
            }
        }

        public void Dispose() => model.Dispose();
    }
}
