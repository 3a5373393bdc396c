using SkillAi.Queue.Contracts;
using SkillAi.Queue.Tests.Contract.Store;
using SkillAi.Queue.Tests.Servers;

namespace SkillAi.Queue.Tests.Contract.Broker;

public abstract partial class BrokerContract
{
    [Theory]
    [InlineData(Lane.Bulk)]
    [InlineData(Lane.Priority)]
    public async Task What_stands_aside_comes_to_the_end_of_its_lane_when_its_time_is_over(Lane lane)
    {
        var started = TimeProvider.System.GetTimestamp();
        var aside = Chunks.One(Model, 0, lane) with { Attempt = 2 };
        await Publisher.PublishLaterAsync(aside, RetryRung.OneSecond, Cancelled);
        for (var index = 1; index < 4; index++)
            await PublishAsync(Chunks.One(Model, index, lane));

        await using var reading = new Reading(NewWorker(), Model, lane, prefetch: 10);
        Assert.Equal([1, 2, 3], (await reading.NextAsync(3)).Select(delivery => delivery.Chunk.Index));
        var last = await reading.NextAsync();

        // A timer of the system may fire some milliseconds early.
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.FromSeconds(0.95), TimeSpan.FromSeconds(15));
        Chunks.AssertSame(aside, last.Chunk);
        Assert.False(last.IsRedelivered);
        last.Ack();
    }

    [Fact]
    public async Task What_stands_aside_is_told_until_it_is_back()
    {
        await Publisher.PublishLaterAsync(Chunks.One(Model, 0) with { Attempt = 2 }, RetryRung.OneSecond, Cancelled);
        Assert.True(await Publisher.AnyAsideAsync(Cancelled));

        await WaitForDepthAsync(1);

        // What others test with the same ladder may stand there a while.
        await Eventually.IsTrueAsync(async () => await Publisher.AnyAsideAsync(Cancelled) is false);
    }

    [Fact]
    public async Task What_stands_aside_again_and_again_is_not_taken_for_a_loop()
    {
        await using var reading = new Reading(NewWorker(), Model);
        for (var attempt = 2; attempt < 5; attempt++)
        {
            await Publisher.PublishLaterAsync(Chunks.One(Model, 0) with { Attempt = attempt }, RetryRung.OneSecond, Cancelled);
            var delivery = await reading.NextAsync();
            Assert.Equal(attempt, delivery.Chunk.Attempt);
            delivery.Ack();
        }
    }
}
