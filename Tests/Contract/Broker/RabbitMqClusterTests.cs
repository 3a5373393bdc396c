using SkillAi.Queue.Contracts;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Broker;

namespace SkillAi.Queue.Tests.Contract.Broker;

/// <summary>A broker of three nodes that loses the one which leads a queue.</summary>
public sealed class RabbitMqClusterTests : IAsyncLifetime
{
    readonly string _model = Chunks.NewModel();
    RabbitMqCluster _cluster = null!;

    static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _cluster = await RabbitMqCluster.StartNewAsync();

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    /// <summary>What a channel learns of a queue with its first publish it never looks up again, in RabbitMQ 3: one that
    /// met the dead leader would be refused for as long as it is open.</summary>
    [Fact]
    public async Task Who_publishes_before_there_is_another_leader_is_served_when_there_is()
    {
        var (victim, others) = (_cluster.Nodes[0], _cluster.Nodes.Skip(1).ToList());
        await using (var first = new RabbitMqProcess(victim.Url))
            await first.Publisher.PublishAsync(Chunks.One(_model, 0), Cancelled);

        await using var process = new RabbitMqProcess(others[0].Url);
        await MembersAsync(others, "ra:stop_server");
        await victim.KillAsync();
        Assert.False(await TryPublishAsync(process));
        await MembersAsync(others, "ra:restart_server");

        await Eventually.IsTrueAsync(() => TryPublishAsync(process));
    }

    async Task<bool> TryPublishAsync(RabbitMqProcess process)
    {
        try
        {
            await process.Publisher.PublishAsync(Chunks.One(_model, 1), Cancelled);
            return true;
        }
        catch (Exception refused) when (refused is BrokerRefusedException or BrokerUnavailableException)
        {
            return false;
        }
    }

    /// <summary>Has those nodes do that to their members of the queue.</summary>
    Task<string[]> MembersAsync(IEnumerable<RabbitMqServer> nodes, string function) => Task.WhenAll(nodes.Select(node => node.ControlAsync(
        "eval", $"ok = {function}(quorum_queues, {{'%2F_{Topology.Queue(_model, Lane.Bulk)}', node()}}).")));
}
