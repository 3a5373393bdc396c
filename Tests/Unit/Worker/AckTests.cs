using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Broker;

namespace SkillAi.Queue.Tests.Unit.Worker;

/// <summary>When the broker may forget a message, and what is counted then.</summary>
public sealed class AckTests
{
    [Fact]
    public async Task Nothing_is_acked_before_it_is_stored()
    {
        await using var pipeline = new PipelineHarness();
        var storing = new TaskCompletionSource();
        var mayStore = new TaskCompletionSource();
        pipeline.OnCommit = () =>
        {
            storing.TrySetResult();
            return mayStore.Task;
        };

        var delivery = pipeline.Job("\"A\"");
        await storing.Task;
        var early = delivery.Settled.IsCompleted;
        mayStore.SetResult();

        Assert.False(early);
        Assert.Equal(Settlement.Ack, await pipeline.SettledAsync(delivery));
    }

    [Fact]
    public async Task Messages_that_the_broker_may_forget_are_counted_and_a_lost_loan_is_none()
    {
        await using var pipeline = new PipelineHarness();
        await pipeline.SettledAsync(pipeline.Request("first", "\"A\""));
        var storing = new TaskCompletionSource();
        var mayStore = new TaskCompletionSource();
        pipeline.OnCommit = () =>
        {
            storing.TrySetResult();
            return mayStore.Task;
        };

        var lost = pipeline.Request("second", "\"A\"");
        await storing.Task;
        lost.Lose();
        mayStore.SetResult();
        await pipeline.SettledAsync(lost);

        Assert.Equal((1, 0), (pipeline.Acked(Lane.Priority), pipeline.Acked(Lane.Bulk)));
    }
}
