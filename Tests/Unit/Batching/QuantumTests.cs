using SkillAi.Queue.Worker.Batching;
using static SkillAi.Queue.Tests.Unit.Batching.Given;

namespace SkillAi.Queue.Tests.Unit.Batching;

public sealed class QuantumTests
{
    [Fact]
    public void A_run_of_the_quantum_and_the_next_for_one_arrival_fit_the_deadline()
    {
        var policy = Policy(configure: options => options.InnerDeadline = 1);

        var quantum = policy.Quantum(Ms(0)).TotalMilliseconds;

        // 96 ms of budget before any was seen, 3.5 ms margin, 12 ms times 1.06 for the next run.
        Assert.Equal(96 - 3.5 - (12 * 1.06), quantum, 0.01);
    }

    [Fact]
    public void It_shrinks_as_priority_items_arrive_more_often()
    {
        var last = TimeSpan.MaxValue;
        foreach (var everyMs in new[] { 1000, 200, 50, 20, 10 })
        {
            var policy = Policy();
            for (var now = 0; now < 5_000; now += everyMs)
                policy.UrgentArrived(Ms(now), 1, Ms(96));

            var quantum = policy.Quantum(Ms(5_000));

            Assert.True(quantum < last, $"every {everyMs} ms: {quantum}");
            last = quantum;
        }
    }

    [Fact]
    public void It_shrinks_as_the_device_becomes_less_predictable()
    {
        var calm = Cost();
        var noisy = Cost();
        var random = new Random(1);
        for (var run = 0; run < 200; run++)
        {
            calm.Learn(0, 16, Ms(CostMs(0, 16)));
            noisy.Learn(0, 16, Ms(CostMs(0, 16) * (0.8 + (0.4 * random.NextDouble()))));
        }

        Assert.True(Policy(cost: noisy).Quantum(Ms(0)) < Policy(cost: calm).Quantum(Ms(0)));
    }

    [Fact]
    public void A_store_that_answers_slowly_does_not_make_every_item_run_alone()
    {
        var policy = Policy();
        policy.OutputTime = Ms(90);

        var run = policy.Decide(Ms(0), new() { Urgent = [], Bulk = Bulk(1_000) });

        Assert.Equal(Ms(25), policy.OutputTime);
        Assert.InRange(run.Bulk, 12, 32);
    }

    [Fact]
    public void It_recovers_when_arrivals_cease()
    {
        var policy = Policy();
        var before = policy.Quantum(Ms(0));
        for (var now = 0; now < 2_000; now += 5)
            policy.UrgentArrived(Ms(now), 1, Ms(96));

        Assert.True(policy.Quantum(Ms(2_000)) < 0.8 * before);
        Assert.Equal(before.TotalMilliseconds, policy.Quantum(Ms(600_000)).TotalMilliseconds, 1.0);
    }

    [Fact]
    public void It_is_never_shorter_than_a_run_of_one()
    {
        var policy = Policy(configure: options => options.LatencyTarget = Ms(1));

        Assert.Equal(12 * 1.06, policy.Quantum(Ms(0)).TotalMilliseconds, 0.001);
    }

    [Fact]
    public void A_worker_without_a_priority_lane_runs_as_much_as_it_may()
    {
        var policy = new BatchPolicy(new(), Cost(), 1) { ServesUrgent = false };

        var run = policy.Decide(Ms(0), new() { Urgent = [], Bulk = Bulk(1_000) });

        Assert.Equal(256, run.Bulk);
    }
}
