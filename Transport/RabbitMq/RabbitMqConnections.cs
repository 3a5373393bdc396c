using Microsoft.Extensions.Logging;
using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Transport.RabbitMq;

/// <summary>The process's connections, each made when it is first asked for: one a lane to publish, so that bulk under
/// flow control does not hold up priority, and one a lane to consume, so that neither holds up acks.</summary>
sealed class RabbitMqConnections(
    RabbitMqOptions options, RabbitMqMetrics metrics, TimeProvider time, Random chance, ILogger<RabbitMqConnection> logger)
    : IAsyncDisposable
{
    readonly Lock _gate = new();
    readonly Dictionary<string, RabbitMqConnection> _connections = [];

    public RabbitMqConnection Publishing(Lane lane) => Get($"publish {lane.Name()}");

    public RabbitMqConnection Consuming(Lane lane) => Get($"consume {lane.Name()}");

    /// <summary>Names of the connections in use that are down.</summary>
    public IReadOnlyList<string> Down()
    {
        lock (_gate)
            return [.. _connections.Where(pair => pair.Value.Current is null).Select(pair => pair.Key)];
    }

    public async ValueTask DisposeAsync()
    {
        RabbitMqConnection[] all;
        lock (_gate)
            all = [.. _connections.Values];

        await Task.WhenAll(all.Select(connection => connection.DisposeAsync().AsTask()));
    }

    RabbitMqConnection Get(string name)
    {
        lock (_gate)
        {
            if (!_connections.TryGetValue(name, out var connection))
                _connections[name] = connection = new(name, options, metrics, time, new Random(chance.Next()), logger);

            connection.Start();
            return connection;
        }
    }
}
