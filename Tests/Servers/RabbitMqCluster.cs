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
        var cluster = new RabbitMqCluster(
            RabbitMqFiles.CreatePortMapper(root, epmd),
            [.. Enumerable.Range(0, Count).Select(_ =>
                new RabbitMqServer(RabbitMqFiles.CreateLocal(root, new(Ports.Free(), epmd, cookie))))]);
        try
        {
            await cluster.StartAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes)
            await node.DisposeAsync();

        await _portMapper.DisposeAsync();
    }

    /// <summary>Each alone, and then the others join the first: how nodes would find each other differs from version to
    /// version, and from RabbitMQ 4 on the first would wait for those that are not there yet.</summary>
    async Task StartAsync()
    {
        await _portMapper.StartAsync();
        await Task.WhenAll(_nodes.Select(node => node.StartAsync()));
        foreach (var node in _nodes[1..])
        {
            await node.ControlAsync("stop_app");
            await node.ControlAsync("join_cluster", RabbitMqNode.NameOf(_nodes[0].Port));
            await node.ControlAsync("start_app");
        }
    }
}
