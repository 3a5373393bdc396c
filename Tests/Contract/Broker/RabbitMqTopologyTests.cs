using System.Text;
using Microsoft.Extensions.Time.Testing;
using RabbitMQ.Client;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Tests.Contract.Store;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Broker;

namespace SkillAi.Queue.Tests.Contract.Broker;

/// <summary>Queues that are missing, deleted, of another kind, or hold what is not ours.</summary>
public sealed class RabbitMqTopologyTests(SharedServers servers) : IAsyncLifetime
{
    readonly string _model = Chunks.NewModel();
    RabbitMqServer _server = null!;
    IConnection _operator = null!;
    IChannel _channel = null!;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    string Queue => Topology.Queue(_model, Lane.Bulk);

    public async ValueTask InitializeAsync()
    {
        _server = await servers.RabbitMqAsync();
        _operator = await new ConnectionFactory { Uri = new(_server.Url) }.CreateConnectionAsync(Cancelled);
        _channel = await _operator.CreateChannelAsync(cancellationToken: Cancelled);
    }

    public async ValueTask DisposeAsync() => await _operator.DisposeAsync();

    [Fact]
    public async Task A_missing_queue_is_an_error_that_names_it_where_topology_is_only_verified()
    {
        await using var producer = new RabbitMqProcess(_server.Url, ("RabbitMq:Topology", "Verify"));

        var error = await Assert.ThrowsAsync<BrokerUnavailableException>(() => PublishAsync(producer, 0));

        Assert.Contains(Queue, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_queue_of_another_kind_is_an_error_that_names_it()
    {
        await _channel.QueueDeclareAsync(Queue, durable: true, exclusive: false, autoDelete: false, cancellationToken: Cancelled);
        await using var producer = new RabbitMqProcess(_server.Url);

        var error = await Assert.ThrowsAsync<BrokerUnavailableException>(() => PublishAsync(producer, 0));

        Assert.Contains(Queue, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Classic_queues_work_where_they_are_asked_for()
    {
        // The kept queues of the shared broker are quorum queues; only the lane's own queue can differ there.
        await using var server = await RabbitMqServer.StartNewAsync();
        await using var process = new RabbitMqProcess(server.Url, ("RabbitMq:QueueType", "Classic"));

        await PublishAsync(process, 0);

        await using var reading = new Reading(process.Source, _model);
        Assert.Equal(0, (await reading.NextAsync()).Chunk.Index);
    }

    [Fact]
    public async Task A_deleted_queue_comes_back_for_publisher_and_reader()
    {
        await using var process = new RabbitMqProcess(
            _server.Url, ("RabbitMq:WatchdogInterval", "00:00:01"), ("RabbitMq:IdlePatience", "00:00:02"));
        await using var reading = new Reading(process.Source, _model);
        await PublishAsync(process, 0);
        (await reading.NextAsync()).Ack();

        await _channel.QueueDeleteAsync(Queue, ifUnused: false, ifEmpty: false, cancellationToken: Cancelled);

        await Eventually.IsTrueAsync(async () =>
        {
            try
            {
                await PublishAsync(process, 1);
                return true;
            }
            catch (BrokerUnavailableException)
            {
                return false;
            }
        });
        Assert.Equal(1, (await reading.NextAsync()).Chunk.Index);
    }

    [Fact]
    public async Task A_queue_that_has_no_leader_yet_is_not_taken_for_a_full_one()
    {
        await using (var first = new RabbitMqProcess(_server.Url))
            await PublishAsync(first, 0);

        var time = new FakeTimeProvider();
        await using var process = new RabbitMqProcess(_server.Url, time);
        await LeaderAsync("ra:stop_server");
        var publish = PublishAsync(process, 1);
        await LeaderAsync("ra:restart_server");

        await Eventually.IsTrueAsync(() =>
        {
            time.Advance(TimeSpan.FromMilliseconds(10));
            return Task.FromResult(publish.IsCompleted);
        });
        await publish;
    }

    [Fact]
    public async Task A_full_queue_refuses_a_publisher_that_is_new_to_it()
    {
        await _server.ControlAsync(
            "set_policy", _model, $"^skillai\\.{_model}\\.", """{"max-length":1}""", "--apply-to", "queues");
        await using var first = new RabbitMqProcess(_server.Url);
        await Assert.ThrowsAsync<BrokerRefusedException>(async () =>
        {
            for (var index = 0; index < 100; index++)
                await PublishAsync(first, index);
        });

        await using var other = new RabbitMqProcess(_server.Url);

        await Assert.ThrowsAsync<BrokerRefusedException>(() => PublishAsync(other, 100));
    }

    [Fact]
    public async Task What_is_not_a_chunk_is_put_aside_and_the_next_one_is_served()
    {
        await using var process = new RabbitMqProcess(_server.Url);
        await using var reading = new Reading(process.Source, _model);
        await PublishAsync(process, 0);
        (await reading.NextAsync()).Ack();

        await _channel.BasicPublishAsync(
            Topology.Exchange, Queue, mandatory: true, new BasicProperties { Type = "else" }, Encoding.UTF8.GetBytes("?"), Cancelled);
        await PublishAsync(process, 1);

        Assert.Equal(1, (await reading.NextAsync()).Chunk.Index);
    }

    [Fact]
    public async Task What_nobody_routes_is_kept()
    {
        await using var process = new RabbitMqProcess(_server.Url);
        await PublishAsync(process, 0);
        var before = await _channel.MessageCountAsync(Topology.Unrouted, Cancelled);

        await _channel.BasicPublishAsync(Topology.Exchange, "skillai.nobody.bulk", Encoding.UTF8.GetBytes("?"), Cancelled);

        await Eventually.IsTrueAsync(
            async () => await _channel.MessageCountAsync(Topology.Unrouted, Cancelled) > before);
    }

    /// <summary>Has the broker do that to the only member of the queue.</summary>
    Task<string> LeaderAsync(string function) =>
        _server.ControlAsync("eval", $"ok = {function}(quorum_queues, {{'%2F_{Queue}', node()}}).");

    Task PublishAsync(RabbitMqProcess process, int index) =>
        process.Publisher.PublishAsync(Chunks.One(_model, index), Cancelled);
}
