using SkillAi.Queue.Contracts;
using SkillAi.Queue.Tests.Contract.Store;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Broker;

namespace SkillAi.Queue.Tests.Contract.Broker;

/// <summary>What every broker must do. One suite, so that code tested on the one in memory is right on the real one.</summary>
public abstract partial class BrokerContract : IAsyncLifetime
{
    protected string Model { get; } = Chunks.NewModel();

    protected static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    protected abstract IChunkPublisher Publisher { get; }

    public abstract ValueTask InitializeAsync();

    public abstract ValueTask DisposeAsync();

    /// <summary>A worker of its own; <see cref="KillAsync"/> is its death.</summary>
    protected abstract IChunkSource NewWorker();

    protected abstract Task KillAsync(IChunkSource worker);

    /// <summary>From here on the model's queues take no more than this.</summary>
    protected abstract Task LimitAsync(int messages, int bytes);

    /// <summary>The next dead letter of the model.</summary>
    protected abstract Task<Chunk> NextDeadLetterAsync();

    [Fact]
    public async Task A_chunk_of_a_job_arrives_as_it_was()
    {
        var sent = Chunks.OfJob(Model);
        await PublishAsync(sent);

        await using var reading = new Reading(NewWorker(), Model);
        var received = await reading.NextAsync();

        Chunks.AssertSame(sent, received.Chunk);
        Assert.False(received.IsRedelivered);
    }

    [Theory]
    [InlineData(1, "default")]
    [InlineData(3, "a tenant")]
    [InlineData(256, "a-tenant-with-a-name-so-long-that-all-segments-together-would-not-fit-into-one-frame-0123456789")]
    public async Task A_chunk_of_requests_arrives_as_it_was(int requests, string tenant)
    {
        var sent = Chunks.OfRequests(Model, requests, string.Concat(Enumerable.Repeat(tenant, 5)));
        await PublishAsync(sent);

        await using var reading = new Reading(NewWorker(), Model);

        Chunks.AssertSame(sent, (await reading.NextAsync()).Chunk);
    }

    [Fact]
    public async Task Chunks_come_in_the_order_they_went()
    {
        await PublishAsync(count: 200);

        await using var reading = new Reading(NewWorker(), Model, prefetch: 50);

        for (var index = 0; index < 200; index++)
        {
            var delivery = await reading.NextAsync();
            Assert.Equal(index, delivery.Chunk.Index);
            delivery.Ack();
        }
    }

    [Fact]
    public async Task Lanes_and_models_are_apart()
    {
        var other = Chunks.NewModel();
        await PublishAsync(Chunks.One(Model, 1, Lane.Bulk));
        await PublishAsync(Chunks.One(Model, 2, Lane.Priority));
        await PublishAsync(Chunks.One(other, 3, Lane.Bulk));

        var worker = NewWorker();
        await using var priority = new Reading(worker, Model, Lane.Priority);
        await using var others = new Reading(worker, other);
        await using var bulk = new Reading(worker, Model);

        Assert.Equal(2, (await priority.NextAsync()).Chunk.Index);
        Assert.Equal(3, (await others.NextAsync()).Chunk.Index);
        Assert.Equal(1, (await bulk.NextAsync()).Chunk.Index);
    }

    [Fact]
    public async Task A_delivery_is_settled_once()
    {
        await PublishAsync(count: 1);
        await using var reading = new Reading(NewWorker(), Model);
        var delivery = await reading.NextAsync();

        Assert.True(delivery.Ack());

        Assert.False(delivery.Ack());
        Assert.False(delivery.Requeue());
        Assert.False(delivery.Reject());
    }

    [Fact]
    public async Task What_is_acked_does_not_come_back_and_what_is_not_does()
    {
        await PublishAsync(count: 4);
        var worker = NewWorker();
        await using var reading = new Reading(worker, Model);
        var deliveries = await reading.NextAsync(4);
        deliveries[0].Ack();
        deliveries[2].Ack();
        await KillAsync(worker);

        await using var second = new Reading(NewWorker(), Model);
        var again = await second.NextAsync(2);

        Assert.Equal([1, 3], again.Select(delivery => delivery.Chunk.Index));
        Assert.All(again, delivery => Assert.True(delivery.IsRedelivered));
    }

    [Fact]
    public async Task Work_of_a_dead_worker_returns_in_order_before_newer_work()
    {
        await PublishAsync(count: 20);
        var worker = NewWorker();
        await using var reading = new Reading(worker, Model, prefetch: 10);
        var lost = await reading.NextAsync(10);
        await KillAsync(worker);

        await using var second = new Reading(NewWorker(), Model);

        Assert.Equal(Enumerable.Range(0, 20), (await second.NextAsync(20)).Select(delivery => delivery.Chunk.Index));
        Assert.All(lost, delivery => Assert.True(delivery.IsLost));
    }

    [Fact]
    public async Task Settling_a_lost_delivery_does_nothing()
    {
        await PublishAsync(count: 1);
        var worker = NewWorker();
        await using var reading = new Reading(worker, Model);
        var lost = await reading.NextAsync();
        await KillAsync(worker);

        lost.Ack();

        await using var second = new Reading(NewWorker(), Model);
        Assert.Equal(0, (await second.NextAsync()).Chunk.Index);
    }

    [Fact]
    public async Task What_is_handed_back_comes_again()
    {
        await PublishAsync(count: 3);
        await using var reading = new Reading(NewWorker(), Model, prefetch: 1);
        (await reading.NextAsync()).Requeue();

        var redelivered = new Dictionary<int, bool>();
        while (redelivered.Count < 3)
        {
            var delivery = await reading.NextAsync();
            redelivered.Add(delivery.Chunk.Index, delivery.IsRedelivered);
            delivery.Ack();
        }

        Assert.Equal([true, false, false], redelivered.OrderBy(pair => pair.Key).Select(pair => pair.Value));
    }

    [Fact]
    public async Task Attempts_are_counted_by_us_and_not_by_the_broker()
    {
        await PublishAsync(Chunks.One(Model, 0) with { Attempt = 2 });
        await using var reading = new Reading(NewWorker(), Model, prefetch: 1);

        for (var round = 0; round < 3; round++)
            (await reading.NextAsync()).Requeue();

        Assert.Equal(2, (await reading.NextAsync()).Chunk.Attempt);
    }

    [Fact]
    public async Task What_is_rejected_becomes_a_dead_letter()
    {
        await PublishAsync(count: 2);
        await using var reading = new Reading(NewWorker(), Model, prefetch: 1);

        (await reading.NextAsync()).Reject();

        Assert.Equal(1, (await reading.NextAsync()).Chunk.Index);
        Chunks.AssertSame(Chunks.One(Model, 0), await NextDeadLetterAsync());
    }

    [Fact]
    public async Task Two_workers_share_a_queue_without_overlap()
    {
        await PublishAsync(count: 400);
        await using var first = new Reading(NewWorker(), Model, prefetch: 10);
        await using var second = new Reading(NewWorker(), Model, prefetch: 10);
        var drains = Task.WhenAll(first.DrainAsync(), second.DrainAsync());

        // Not an empty queue: what is on its way to a worker is in none.
        await Eventually.IsTrueAsync(() => first.Drained + second.Drained >= 400);
        await first.CancelAsync();
        await second.CancelAsync();

        Assert.Equal(Enumerable.Range(0, 400), (await drains).SelectMany(indexes => indexes).Order());
    }

    [Fact]
    public async Task After_a_reader_is_cancelled_its_deliveries_can_still_be_settled()
    {
        await PublishAsync(count: 3);
        var worker = NewWorker();
        var reading = new Reading(worker, Model, prefetch: 3);
        var deliveries = await reading.NextAsync(2);
        await reading.DisposeAsync();
        await using var second = new Reading(NewWorker(), Model);
        Assert.Equal(2, (await second.NextAsync()).Chunk.Index);

        Assert.False(deliveries[0].IsLost);
        deliveries[0].Ack();
        await KillAsync(worker);

        Assert.Equal(1, (await second.NextAsync()).Chunk.Index);
    }

    protected Task PublishAsync(Chunk chunk) => Publisher.PublishAsync(chunk, Cancelled);

    protected async Task PublishAsync(int count)
    {
        for (var index = 0; index < count; index++)
            await PublishAsync(Chunks.One(Model, index));
    }

    // A broker may report its counts a moment late.
    protected Task WaitForDepthAsync(long ready) => Eventually.IsTrueAsync(
        async () => (await Publisher.FindDepthAsync(Model, Lane.Bulk, Cancelled))?.ReadyMessages == ready);
}
