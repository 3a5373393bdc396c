using SkillAi.Queue.Contracts;
using SkillAi.Queue.Tests.Contract.Store;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Broker;

namespace SkillAi.Queue.Tests.Contract.Broker;

/// <summary>What happens to publishers and readers when the broker goes away and comes back.</summary>
public sealed class RabbitMqOutageTests(OwnRabbitMq own) : IClassFixture<OwnRabbitMq>, IAsyncDisposable
{
    // Far below any timeout of ours: a refusal that waited for one would miss it.
    static readonly TimeSpan AtOnce = TimeSpan.FromMilliseconds(500);

    readonly string _model = Chunks.NewModel();
    readonly RabbitMqProcess _producer = new(own.Server.Url, ("RabbitMq:PublishTimeout", "00:00:02"));
    readonly RabbitMqProcess _worker = new(own.Server.Url);

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    RabbitMqServer Server => own.Server;

    public async ValueTask DisposeAsync()
    {
        await _worker.DisposeAsync();
        await _producer.DisposeAsync();
    }

    [Fact]
    public async Task Publishing_is_refused_at_once_while_the_broker_is_down_and_works_when_it_is_back()
    {
        await PublishAsync(0);
        await Server.StopAsync();
        await Eventually.IsTrueAsync(() => !_producer.Publisher.IsReady);

        await Assert.ThrowsAsync<BrokerUnavailableException>(
            () => PublishAsync(1).WaitAsync(AtOnce, TimeProvider.System, Cancelled));

        await Server.StartAsync();
        await PublishUntilTakenAsync(2);
    }

    [Fact]
    public async Task A_publisher_that_never_saw_the_broker_gets_an_answer()
    {
        await Server.StopAsync();
        await using var late = new RabbitMqProcess(Server.Url);

        await Assert.ThrowsAsync<BrokerUnavailableException>(
            () => late.Publisher.PublishAsync(Chunks.One(_model, 0), Cancelled));

        Assert.Null(await late.Publisher.FindDepthAsync(_model, Lane.Bulk, Cancelled));
        await Server.StartAsync();
        await PublishUntilTakenAsync(1);
    }

    [Fact]
    public async Task A_reader_goes_on_after_a_restart_and_gets_again_what_it_had_on_loan()
    {
        await PublishAsync(0, 1, 2, 3);
        await using var reading = new Reading(_worker.Source, _model, prefetch: 2);
        var lost = await reading.NextAsync(2);

        await Server.StopAsync();
        await Server.StartAsync();

        var again = await reading.NextAsync();
        Assert.Equal(0, again.Chunk.Index);
        Assert.All(lost, delivery => Assert.True(delivery.IsLost));

        // A stale ack must not reach the new channel, where the same tag is another loan.
        lost[1].Ack();
        again.Ack();
        var others = await AckAsync(reading, 3);
        Assert.Equal([1, 2, 3], others.Order());
    }

    [Fact]
    public async Task Confirmed_chunks_survive_a_power_cut()
    {
        await PublishAsync([.. Enumerable.Range(0, 20)]);

        // RabbitMQ 3.10 writes down that a quorum queue exists only half a second after it says so; what is in the
        // queue is safe at once.
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, Cancelled);
        await Server.KillAsync();
        await Server.StartAsync();

        await using var reading = new Reading(_worker.Source, _model);
        Assert.Equal(Enumerable.Range(0, 20), await AckAsync(reading, 20));
    }

    [Fact]
    public async Task A_reader_may_start_before_the_broker()
    {
        await Server.StopAsync();
        await using var reading = new Reading(_worker.Source, _model);
        var first = reading.NextAsync();
        Assert.False(_worker.Source.IsReady);

        await Server.StartAsync();
        await PublishUntilTakenAsync(7);

        Assert.Equal(7, (await first).Chunk.Index);
        Assert.True(_worker.Source.IsReady);
    }

    [Fact]
    public async Task A_broker_that_freezes_costs_one_timeout_and_then_refusals_at_once()
    {
        await PublishAsync(0);
        Server.Freeze();
        try
        {
            await Assert.ThrowsAsync<BrokerUnavailableException>(() => PublishAsync(1));
            await Assert.ThrowsAsync<BrokerUnavailableException>(
                () => PublishAsync(2).WaitAsync(AtOnce, TimeProvider.System, Cancelled));
        }
        finally
        {
            Server.Thaw();
        }

        await PublishUntilTakenAsync(3);
    }

    [Fact]
    public async Task Connections_that_an_operator_closes_are_made_anew()
    {
        await PublishAsync(0);
        await using var reading = new Reading(_worker.Source, _model);
        (await reading.NextAsync()).Ack();

        await Server.ControlAsync("close_all_connections", "test");

        await PublishUntilTakenAsync(1);
        Assert.Contains(1, await AckAsync(reading, 1));
    }

    [Fact]
    public async Task A_memory_alarm_refuses_publishes_until_it_ends()
    {
        await PublishAsync(0);
        await Server.ControlAsync("set_vm_memory_high_watermark", "0.000001");
        try
        {
            // The broker says so only to those who publish.
            await Assert.ThrowsAsync<BrokerUnavailableException>(() => PublishAsync(1));
            Assert.False(_producer.Publisher.IsReady);
            await Assert.ThrowsAsync<BrokerUnavailableException>(
                () => PublishAsync(2).WaitAsync(AtOnce, TimeProvider.System, Cancelled));
        }
        finally
        {
            await Server.ControlAsync("set_vm_memory_high_watermark", "0.9");
        }

        await PublishUntilTakenAsync(3);
    }

    async Task PublishAsync(params int[] indexes)
    {
        foreach (var index in indexes)
            await _producer.Publisher.PublishAsync(Chunks.One(_model, index), Cancelled);
    }

    Task PublishUntilTakenAsync(int index) => Eventually.IsTrueAsync(async () =>
    {
        try
        {
            await PublishAsync(index);
            return true;
        }
        catch (BrokerUnavailableException)
        {
            return false;
        }
    });

    static async Task<List<int>> AckAsync(Reading reading, int count)
    {
        var indexes = new List<int>();
        while (indexes.Count < count)
        {
            var delivery = await reading.NextAsync();
            indexes.Add(delivery.Chunk.Index);
            delivery.Ack();
        }

        return indexes;
    }
}
