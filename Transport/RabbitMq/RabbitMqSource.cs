using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Broker;

namespace SkillAi.Queue.Transport.RabbitMq;

/// <summary>Consumes lanes over one connection each, so that a bulk body on the wire never stands before a priority
/// one, with one channel and one consumer a model and lane.</summary>
sealed class RabbitMqSource : IChunkSource, IAsyncDisposable
{
    readonly RabbitMqConnections _connections;
    readonly RabbitMqTopology _topology;
    readonly RabbitMqOptions _options;
    readonly TimeProvider _time;
    readonly Random _chance;
    readonly ILogger<RabbitMqSource> _logger;
    readonly Lock _gate = new();
    readonly HashSet<LaneReader> _readers = [];
    readonly HashSet<LaneReader> _leaving = [];

    public RabbitMqSource(
        RabbitMqConnections connections, RabbitMqTopology topology, RabbitMqOptions options, TimeProvider time,
        Random chance, ILogger<RabbitMqSource> logger)
    {
        _connections = connections;
        _topology = topology;
        _options = options;
        _time = time;
        _chance = chance;
        _logger = logger;
    }

    public bool IsReady
    {
        get
        {
            lock (_gate)
                return _readers.All(reader => reader.IsConsuming);
        }
    }

    public async IAsyncEnumerable<Delivery> ReadAsync(
        string model, Lane lane, int prefetch, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var reader = Join(model, lane, prefetch);
        try
        {
            await foreach (var delivery in reader.ReadAsync(cancellationToken))
                yield return delivery;
        }
        finally
        {
            await LeaveAsync(reader);
        }
    }

    public async ValueTask DisposeAsync()
    {
        LaneReader[] readers;
        lock (_gate)
            readers = [.. _readers, .. _leaving];

        await Task.WhenAll(readers.Select(reader => reader.DisposeAsync().AsTask()));
    }

    LaneReader Join(string model, Lane lane, int prefetch)
    {
        var connection = _connections.Consuming(lane);
        lock (_gate)
        {
            var chance = new Random(_chance.Next());
            var reader = new LaneReader(model, lane, prefetch, connection, _topology, _options, _time, chance, _logger);
            _readers.Add(reader);
            return reader;
        }
    }

    async Task LeaveAsync(LaneReader reader)
    {
        lock (_gate)
        {
            _readers.Remove(reader);
            _leaving.Add(reader);
        }

        await reader.LeaveAsync();
        _ = ForgetWhenSettledAsync(reader);
    }

    async Task ForgetWhenSettledAsync(LaneReader reader)
    {
        await reader.WaitUntilSettledAsync();
        lock (_gate)
            _leaving.Remove(reader);
    }
}
