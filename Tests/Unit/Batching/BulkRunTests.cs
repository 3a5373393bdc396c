using SkillAi.Queue.Worker.Batching;
using static SkillAi.Queue.Tests.Unit.Batching.Given;

namespace SkillAi.Queue.Tests.Unit.Batching;

public sealed class BulkRunTests
{
    static readonly Action<BatchingOptions> Patient = options => options.LatencyTarget = TimeSpan.FromMinutes(5);

    static RunDecision Decide(BulkBucket[] bulk, bool arriving = false, bool draining = false) =>
        Policy(bulk.Length, Patient)
            .Decide(Ms(0), new() { Urgent = [], Bulk = bulk, BulkArriving = arriving, Draining = draining });

    [Fact]
    public void Nothing_to_run_waits_for_an_arrival()
    {
        var run = Decide(Bulk(0, 0));

        Assert.Equal((0, Timeout.InfiniteTimeSpan), (run.Items, run.Wait));
    }

    [Fact]
    public void A_backlog_runs_full()
    {
        var run = Decide(Bulk(5_000));

        Assert.Equal((256, 256, CloseReason.Full), (run.Bulk, run.Rung, run.Reason));
    }

    [Fact]
    public void The_length_that_fills_a_run_goes_before_those_that_do_not()
    {
        var run = Decide(Bulk(40, 100, 600, 3));

        Assert.Equal((2, 256, 256), (run.Bucket, run.Bulk, run.Rung));
    }

    [Fact]
    public void Among_lengths_that_fill_a_run_the_oldest_goes_first()
    {
        var run = Decide([new(600, Ms(10)), new(600, Ms(30)), new(600, Ms(20))]);

        Assert.Equal((1, 256), (run.Bucket, run.Bulk));
    }

    [Fact]
    public void A_rare_length_is_not_passed_over_for_ever()
    {
        var run = Decide([new(5_000, Ms(10)), new(2, Ms(1_001))]);

        Assert.Equal((1, CloseReason.Idle), (run.Bucket, run.Reason));
        Assert.True(run.Bulk >= 2);
    }

    [Fact]
    public void A_partial_run_waits_a_little_for_more_that_is_on_its_way()
    {
        var run = Decide([new(20, Ms(4))], arriving: true);

        Assert.Equal((0, Ms(6)), (run.Items, run.Wait));
    }

    [Fact]
    public void It_waits_no_longer_than_that()
    {
        var run = Decide([new(20, Ms(10))], arriving: true);

        Assert.Equal((20, CloseReason.Idle), (run.Bulk, run.Reason));
    }

    [Fact]
    public void Nothing_waits_while_the_worker_stops()
    {
        var run = Decide([new(20, Ms(4))], arriving: true, draining: true);

        Assert.Equal((20, CloseReason.Drain), (run.Bulk, run.Reason));
    }

    [Fact]
    public void The_last_items_of_a_job_run_without_waiting()
    {
        var run = Decide([new(20, Ms(1))]);

        Assert.Equal((20, CloseReason.NoMore), (run.Bulk, run.Reason));
    }

    [Fact]
    public void Items_are_not_padded_to_a_length_at_which_they_cost_more_than_alone()
    {
        var run = Policy(2, Patient, Proportional()).Decide(Ms(0), new() { Urgent = [], Bulk = Bulk(96, 100) });

        Assert.True(run.Bucket == 1 ? run.Bulk <= run.Rung && run.Rung <= 112 : run.Bulk == 96, $"{run}");
    }

    [Fact]
    public void Where_a_run_itself_is_what_costs_lengths_share_one()
    {
        var run = Policy(2, Patient, Flat()).Decide(Ms(0), new() { Urgent = [], Bulk = Bulk(60, 60) });

        Assert.Equal((1, 120), (run.Bucket, run.Bulk));
    }

    [Fact]
    public void A_short_priority_item_joins_a_long_run_only_where_that_wastes_less()
    {
        static RunDecision On(CostModel cost) => Policy(2, Patient, cost)
            .Decide(Ms(0), new() { Urgent = Urgent(200_000), Bulk = Bulk(0, 900) });
        var cheap = On(Proportional());
        var costly = On(Flat());

        Assert.Equal((0, 0), (cheap.Bucket, cheap.Bulk));
        Assert.Equal((1, 255), (costly.Bucket, costly.Bulk));
    }

    // A processor: an item costs the same in any run and twice as much at twice the length.
    static CostModel Proportional() => Curve((bucket, items) => 0.03 + (0.014 * items * (1 << bucket)));

    // A large card: a run costs the same whatever it carries.
    static CostModel Flat() => Curve((_, items) => 10 + (0.001 * items));

    static CostModel Curve(Func<int, int, double> milliseconds)
    {
        var cost = new CostModel(Rungs.UpTo(256), 2);
        foreach (var rung in cost.RunSizes)
        {
            cost.Warm(0, rung, Ms(milliseconds(0, rung)));
            cost.Warm(1, rung, Ms(milliseconds(1, rung)));
        }

        return cost;
    }

    [Fact]
    public void An_item_is_worth_its_share_of_a_full_run_of_its_length()
    {
        var bulkOnly = new BatchPolicy(new(), Cost(buckets: 2), lengthBuckets: 2) { ServesUrgent = false };

        Assert.Equal(CostMs(0, 256) / 256, bulkOnly.Worth(Ms(0), bucket: 0).TotalMilliseconds, 0.001);
        Assert.Equal(CostMs(1, 256) / 256, bulkOnly.Worth(Ms(0), bucket: 1).TotalMilliseconds, 0.001);
        // Where urgent items are served, too, full runs are shorter, and an item of theirs costs more.
        Assert.True(Policy(buckets: 2).Worth(Ms(0), bucket: 0) > bulkOnly.Worth(Ms(0), bucket: 0));
    }
}
