namespace SkillAi.Queue.Tests.Servers;

/// <summary>Three real RabbitMQ nodes that are one broker, each with ports and data of its own.</summary>
public sealed class RabbitMqCluster : IAsyncDisposable
{
    const int Count = 3;

    readonly ServerHost _portMapper;
    readonly List<RabbitMqServer> _nodes;

    RabbitMqCluster(ServerHost portMapper, List<RabbitMqServer> nodes) => (_portMapper, _nodes) = (portMapper, nodes);

    public IReadOnlyList<RabbitMqServer> Nodes => _nodes;

    /// <summary>One address that names every node.</summary>
    public string Url => $"amqp://guest:guest@{string.Join(',', _nodes.Select(node => $"127.0.0.1:{node.Port}"))}/";

    public static async Task<RabbitMqCluster> StartNewAsync()
    {
        var root = RabbitMqFiles.FindRoot() ?? throw Tools.Missing("RabbitMQ on this machine", "rabbitmq-server");
        var (epmd, cookie) = (Ports.Free(), $"{Guid.NewGuid():N}");
        var ports = Enumerable.Range(0, Count).Select(_ => Ports.Free()).ToArray();
        var cluster = new RabbitMqCluster(
            RabbitMqFiles.CreatePortMapper(root, epmd),
            [.. ports.Select(port => new RabbitMqServer(RabbitMqFiles.CreateLocal(root, new(port, epmd, cookie, ports))))]);
        await cluster._portMapper.StartAsync();

        // The first founds the cluster, the others find it there: side by side, each might found one of its own.
        await cluster._nodes[0].StartAsync();
        await Task.WhenAll(cluster._nodes[1..].Select(node => node.StartAsync()));
        return cluster;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
            await node.DisposeAsync();

        await _portMapper.DisposeAsync();
    }
}
