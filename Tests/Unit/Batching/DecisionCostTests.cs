using SkillAi.Queue.Worker.Batching;
using static SkillAi.Queue.Tests.Unit.Batching.Given;

namespace SkillAi.Queue.Tests.Unit.Batching;

public sealed class DecisionCostTests
{
    static readonly UrgentItem[] Queued =
        [.. Enumerable.Range(0, 256).Select(i => new UrgentItem(Ms(60 + (i / 4.0)), i % 4, IsHard: true))];

    [Fact]
    public void Deciding_and_learning_allocate_nothing()
    {
        var policy = Policy(buckets: 4);
        for (var i = 0; i < 1_000; i++)
            Step(policy, i);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 1_000; i < 11_000; i++)
            Step(policy, i);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    static RunDecision Decide(BatchPolicy policy, int i)
    {
        ReadOnlySpan<BulkBucket> bulk = [new(300, Ms(5)), new(100, Ms(9)), new(40, Ms(20)), new(7, Ms(300))];
        return policy.Decide(Ms(i * 50), new() { Urgent = Queued, Bulk = bulk, BulkArriving = true });
    }

    static void Step(BatchPolicy policy, int i)
    {
        var run = Decide(policy, i);
        policy.UrgentArrived(Ms(i * 50), 3, Ms(96));
        policy.Answered(late: false);
        policy.Completed(
            Ms((i * 50) + 40), new(run.Urgent, run.Bulk, run.Bucket, run.Rung, run.Predicted, run.Predicted));
    }
}
