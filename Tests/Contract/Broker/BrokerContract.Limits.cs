using SkillAi.Queue.Contracts;
using SkillAi.Queue.Tests.Contract.Store;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Broker;

namespace SkillAi.Queue.Tests.Contract.Broker;

public abstract partial class BrokerContract
{
    [Fact]
    public async Task A_chunk_to_warm_up_with_arrives_nowhere()
    {
        await Publisher.WarmUpAsync(Chunks.One(Model, 0), Cancelled);
        await PublishAsync(Chunks.One(Model, 1));

        await using var reading = new Reading(NewWorker(), Model);

        Assert.Equal(1, (await reading.NextAsync()).Chunk.Index);
    }

    [Fact]
    public async Task A_worker_holds_no_more_than_its_prefetch()
    {
        await PublishAsync(count: 3);
        await using var first = new Reading(NewWorker(), Model, prefetch: 2);
        await first.NextAsync(2);

        await using var second = new Reading(NewWorker(), Model, prefetch: 2);

        Assert.Equal(2, (await second.NextAsync()).Chunk.Index);
    }

    [Fact]
    public async Task A_queue_full_of_messages_refuses_and_takes_again_when_there_is_room()
    {
        await LimitAsync(messages: 10, bytes: int.MaxValue);
        Assert.InRange(await FillAsync(bytes: 20), 10, 20);

        await using var reading = new Reading(NewWorker(), Model, prefetch: 100);
        foreach (var delivery in await reading.NextAsync(10))
            delivery.Ack();

        await PublishUntilAcceptedAsync();
    }

    [Fact]
    public async Task A_queue_full_of_bytes_refuses()
    {
        await LimitAsync(messages: int.MaxValue, bytes: 100_000);

        Assert.InRange(await FillAsync(bytes: 10_000), 10, 20);
    }

    [Fact]
    public async Task The_depth_counts_what_waits_and_not_what_is_on_loan()
    {
        await PublishAsync(count: 5);
        await WaitForDepthAsync(5);

        await using var reading = new Reading(NewWorker(), Model, prefetch: 2);
        await reading.NextAsync(2);

        await WaitForDepthAsync(3);
        Assert.Equal(1, (await Publisher.FindDepthAsync(Model, Lane.Bulk, Cancelled))?.Consumers);
    }

    /// <summary>Publishes until refused; gives how many were accepted.</summary>
    async Task<int> FillAsync(int bytes)
    {
        for (var index = 0; index < 1_000; index++)
        {
            try
            {
                await PublishAsync(Chunks.One(Model, index, bytes: bytes));
            }
            catch (BrokerRefusedException)
            {
                return index;
            }
        }

        throw new InvalidOperationException("The queue never refused.");
    }

    Task PublishUntilAcceptedAsync() => Eventually.IsTrueAsync(async () =>
    {
        try
        {
            await PublishAsync(Chunks.One(Model, 99));
            return true;
        }
        catch (BrokerRefusedException)
        {
            return false;
        }
    });
}
