using SkillAi.Queue.Worker.Batching;
using static SkillAi.Queue.Tests.Unit.Batching.Given;

namespace SkillAi.Queue.Tests.Unit.Batching;

public sealed class ModelSchedulerTests
{
    static ModelView Busy => new(LatestStart: null, Quantum: null, HasBulk: true) { LeastBulk = Ms(40) };

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

    [Theory]
    // Fits before the latest start.
    [InlineData(70, 40, false, 1, 60)]
    [InlineData(50, 40, false, 1, 50)]
    // Would end after it.
    [InlineData(30, 40, false, 0, 60)]
    // Shares its run with bulk of its own.
    [InlineData(70, 40, true, 0, 60)]
    public void A_priority_run_waits_for_another_models_bulk_where_it_has_none_to_share_with(
        double latestStart, double leastBulk, bool hasBulk, int model, double cap)
    {
        var turn = new ModelScheduler(2).Next([
            new(Ms(latestStart), Ms(60), hasBulk), Busy with { LeastBulk = Ms(leastBulk) }]);

        Assert.Equal((model, Ms(cap)), (turn.Model, turn.Cap));
    }

    [Fact]
    public void It_does_not_wait_for_a_model_that_has_priority_items_itself()
    {
        var turn = new ModelScheduler(2).Next([new(Ms(70), Ms(60), HasBulk: false), Busy with { LatestStart = Ms(80), LeastBulk = Ms(1) }]);

        Assert.Equal(0, turn.Model);
    }

    [Fact]
    public void A_run_must_start_early_enough_for_all_that_waits_and_will_by_then()
    {
        var policy = Policy();
        for (var i = 0; i < 600; i++)
            policy.UrgentArrived(Ms(100 * i), 1, Ms(95));

        TimeSpan? Latest(params double[] slacks) => policy.Look(Ms(60_000), Urgent(slacks), Bulk(0), hasBulk: false).LatestStart;

        // 200 ms less the inner deadline, the margin and a run of about three, which takes 16 times 1.06.
        Assert.InRange(Latest(200)!.Value, Ms(170), Ms(182));
        Assert.True(Latest([.. Enumerable.Repeat(200.0, 20)]) < Latest(200) - Ms(38));
        // What is lost anyhow does not hurry the rest.
        Assert.InRange(Latest(5, 200)!.Value, Ms(165), Ms(182));
        Assert.Equal(Ms(0), Latest(5));
        Assert.Null(Latest());
    }

    [Fact]
    public void A_bulk_run_is_worth_its_while_from_85_percent_of_the_efficiency_that_a_full_one_has()
    {
        TimeSpan Least(int waiting) => Policy().Look(Ms(0), [], Bulk(waiting), hasBulk: true).LeastBulk;

        // Full: 32 items in 74 ms; 16 in 42 have 88 percent of that, 14 in 38 have 85.2, 12 in 34 have 82.
        Assert.InRange(Least(1_000), Ms(38), Ms(38 * 1.07));
        Assert.Equal(TimeSpan.MaxValue, Least(13));
    }

    [Fact]
    public void Nothing_anywhere_is_nobodys_turn() =>
        Assert.Equal(-1, new ModelScheduler(2).Next([default, default]).Model);
}
