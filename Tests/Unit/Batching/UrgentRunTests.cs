using SkillAi.Queue.Worker.Batching;
using static SkillAi.Queue.Tests.Unit.Batching.Given;

namespace SkillAi.Queue.Tests.Unit.Batching;

public sealed class UrgentRunTests
{
    [Fact]
    public void A_lone_priority_item_runs_at_once()
    {
        var run = Policy().Decide(Ms(0), new() { Urgent = Urgent(90), Bulk = [] });

        Assert.Equal((1, 0, 1, CloseReason.NoMore), (run.Urgent, run.Bulk, run.Rung, run.Reason));
    }

    [Fact]
    public void It_is_joined_by_as_much_bulk_as_its_deadline_allows()
    {
        var run = Policy(configure: options => options.InnerDeadline = 1)
            .Decide(Ms(0), new() { Urgent = Urgent(50), Bulk = Bulk(1_000) });

        // 50 less 3.5 ms of margin hold a run of 16 (42 ms times 1.06), not one of 20.
        Assert.Equal((1, 15, 16, CloseReason.Deadline), (run.Urgent, run.Bulk, run.Rung, run.Reason));
    }

    [Fact]
    public void Time_that_the_first_item_has_beyond_the_target_makes_no_longer_run()
    {
        var patient = new UrgentItem[200];
        Array.Fill(patient, new(Ms(9_000), Bucket: 0, IsHard: false));

        var run = Policy().Decide(Ms(0), new() { Urgent = patient, Bulk = [] });

        // 200 would take 410 ms; of the target's 100, a run of 32 takes 74, one of 40 takes 90 times 1.06.
        Assert.Equal(32, run.Urgent);
    }

    [Fact]
    public void Bulk_never_stretches_a_run_beyond_the_quantum()
    {
        var policy = Policy();
        var quantum = policy.Quantum(Ms(0));

        var run = policy.Decide(Ms(0), new() { Urgent = Urgent(10_000), Bulk = Bulk(1_000) });

        Assert.Equal(CloseReason.Quantum, run.Reason);
        Assert.InRange(run.Predicted, quantum * 0.8, quantum);
    }

    [Fact]
    public void The_earliest_deadline_bounds_the_run_for_all()
    {
        var run = Policy().Decide(Ms(0), new() { Urgent = Urgent(40, 500, 500, 500), Bulk = Bulk(1_000) });

        Assert.True(run.Predicted < Ms(40) && run.Urgent == 4, $"{run}");
    }

    [Fact]
    public void The_free_rows_of_a_padded_run_carry_bulk()
    {
        var run = Policy().Decide(Ms(0), new() { Urgent = Same(5, 200), Bulk = Bulk(1) });

        Assert.Equal((5, 1, 6), (run.Urgent, run.Bulk, run.Rung));
    }

    [Fact]
    public void Any_size_runs_as_it_is_when_padding_is_off()
    {
        var run = Policy(configure: options => options.PadToRung = false)
            .Decide(Ms(0), new() { Urgent = Same(5, 200), Bulk = [] });

        Assert.Equal((5, 5), (run.Urgent, run.Rung));
    }

    [Fact]
    public void Hopeless_heads_are_shed_and_the_rest_runs()
    {
        var run = Policy().Decide(Ms(0), new() { Urgent = Urgent(-5, 3, 11, 80, 80), Bulk = [] });

        Assert.Equal((3, 2), (run.Shed, run.Urgent));
    }

    [Fact]
    public void Output_time_counts_against_the_deadline()
    {
        var policy = Policy();
        policy.OutputTime = Ms(10);

        var run = policy.Decide(Ms(0), new() { Urgent = Urgent(20, 80), Bulk = [] });

        Assert.Equal((1, 1), (run.Shed, run.Urgent));
    }

    [Fact]
    public void Overload_sheds_the_fewest_heads_that_save_all_the_rest()
    {
        // 30 items need 70 ms. The first ten leave too little for that, the others just enough.
        var items = Urgent([.. Enumerable.Repeat(30.0, 10), .. Enumerable.Repeat(52.0, 20)]);

        var run = Policy().Decide(Ms(0), new() { Urgent = items, Bulk = Bulk(1_000) });

        Assert.Equal((10, 20), (run.Shed, run.Urgent));
    }

    [Fact]
    public void Nothing_is_shed_while_this_run_and_the_next_serve_all()
    {
        var items = Urgent([.. Enumerable.Repeat(40.0, 10), .. Enumerable.Repeat(110.0, 20)]);

        var run = Policy().Decide(Ms(0), new() { Urgent = items, Bulk = [] });

        Assert.Equal(0, run.Shed);
    }

    [Fact]
    public void Items_without_a_deadline_of_their_own_are_never_shed()
    {
        UrgentItem[] late = [.. Enumerable.Repeat(new UrgentItem(Ms(-500), 0, IsHard: false), 40)];

        var run = Policy().Decide(Ms(0), new() { Urgent = late, Bulk = [] });

        Assert.Equal(0, run.Shed);
        Assert.True(run.Urgent > 20, "late soft items go in runs of the quantum, not one by one");
    }

    [Fact]
    public void Under_a_flood_of_priority_bulk_keeps_its_floor()
    {
        var policy = Policy(configure: options => options.BulkFloor = 0.1);
        var now = Ms(0);
        var bulk = 0;
        var items = 0;
        for (var i = 0; i < 500; i++)
        {
            var run = policy.Decide(now, new() { Urgent = Same(200, 500), Bulk = Bulk(1_000) });
            now += run.Predicted;
            policy.Completed(now, new(run.Urgent, run.Bulk, run.Bucket, run.Rung, run.Predicted, run.Predicted));
            bulk += run.Bulk;
            items += run.Items;
        }

        Assert.InRange((double)bulk / items, 0.08, 0.2);
    }

    [Fact]
    public void An_out_of_memory_run_bounds_the_next_of_its_length_and_of_longer_ones()
    {
        var policy = Policy(buckets: 2, configure: options => options.LatencyTarget = TimeSpan.FromSeconds(10));
        policy.OutOfMemory(Ms(0), 100, bucket: 0);

        var shorter = policy.Decide(Ms(1), new() { Urgent = [], Bulk = Bulk(1_000, 0) });
        var longer = policy.Decide(Ms(1), new() { Urgent = [], Bulk = Bulk(0, 1_000) });

        Assert.Equal((80, 80), (shorter.Bulk, longer.Bulk));
    }
}
