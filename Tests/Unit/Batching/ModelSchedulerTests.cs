using SkillAi.Queue.Worker.Batching;
using static SkillAi.Queue.Tests.Unit.Batching.Given;

namespace SkillAi.Queue.Tests.Unit.Batching;

public sealed class ModelSchedulerTests
{
    static ModelView Busy => new(LatestStart: null, Quantum: null, HasBulk: true);

    [Fact]
    public void Bulk_of_all_models_gets_equal_device_time_whatever_a_run_costs()
    {
        var scheduler = new ModelScheduler(3);
        TimeSpan[] run = [Ms(5), Ms(80), Ms(31)];
        var time = new TimeSpan[3];
        for (var i = 0; i < 10_000; i++)
        {
            var turn = scheduler.Next([Busy, Busy, Busy]);
            scheduler.Ran(turn.Model, run[turn.Model]);
            time[turn.Model] += run[turn.Model];
        }

        Assert.True(time.Max() - time.Min() < Ms(200), string.Join(' ', time));
    }

    [Fact]
    public void Weights_divide_the_device()
    {
        var scheduler = new ModelScheduler([3.0, 1.0]);
        var runs = new int[2];
        for (var i = 0; i < 4_000; i++)
        {
            var turn = scheduler.Next([Busy, Busy]);
            scheduler.Ran(turn.Model, Ms(10));
            runs[turn.Model]++;
        }

        Assert.InRange(runs[0], 2_990, 3_010);
    }

    [Fact]
    public void Priority_goes_first_by_latest_start()
    {
        var turn = new ModelScheduler(3).Next([
            Busy with { LatestStart = Ms(30) }, Busy with { LatestStart = Ms(10) }, Busy]);

        Assert.Equal(1, turn.Model);
    }

    [Fact]
    public void Every_run_obeys_the_smallest_quantum_of_all()
    {
        var turn = new ModelScheduler(2).Next([Busy with { Quantum = Ms(60) }, Busy with { Quantum = Ms(20) }]);

        Assert.Equal(Ms(20), turn.Cap);
    }

    [Fact]
    public void A_model_far_ahead_gets_no_fill_in_its_priority_runs()
    {
        var scheduler = new ModelScheduler(2);
        ModelView[] models = [Busy with { LatestStart = Ms(5), Quantum = Ms(50) }, Busy];

        var before = scheduler.Next(models);
        scheduler.Ran(0, Ms(500));
        var after = scheduler.Next(models);

        Assert.Equal((0, false, 0, true), (before.Model, before.WithoutFill, after.Model, after.WithoutFill));
    }

    [Fact]
    public void Nothing_anywhere_is_nobodys_turn() =>
        Assert.Equal(-1, new ModelScheduler(2).Next([default, default]).Model);
}
