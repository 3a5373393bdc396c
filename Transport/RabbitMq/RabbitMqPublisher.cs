using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Broker;

namespace SkillAi.Queue.Transport.RabbitMq;

/// <summary>Publishes each lane over a link of its own.</summary>
sealed class RabbitMqPublisher(
    RabbitMqConnections connections, RabbitMqTopology topology, RabbitMqOptions options, RabbitMqMetrics metrics,
    TimeProvider time) : IChunkPublisher, IDisposable
{
    readonly PublishLink _priority =
        new(connections.Publishing(Lane.Priority), topology, options, metrics, time);

    readonly PublishLink _bulk =
        new(connections.Publishing(Lane.Bulk), topology, options, metrics, time);

    readonly DepthProbe _depths = new(connections.Publishing(Lane.Bulk), topology, options, time);

    public bool IsReady => _priority.IsReady && _bulk.IsReady;

    public Task PublishAsync(Chunk chunk, CancellationToken cancellationToken) =>
        Of(chunk.Lane).PublishAsync(chunk, rung: null, cancellationToken);

    public Task PublishLaterAsync(Chunk chunk, RetryRung rung, CancellationToken cancellationToken) =>
        Of(chunk.Lane).PublishAsync(chunk, rung, cancellationToken);

    public Task WarmUpAsync(Chunk chunk, CancellationToken cancellationToken) =>
        Of(chunk.Lane).WarmUpAsync(chunk, cancellationToken);

    public Task<QueueDepth?> FindDepthAsync(string model, Lane lane, CancellationToken cancellationToken) =>
        _depths.FindAsync(model, lane, cancellationToken);

    public Task<bool?> AnyAsideAsync(CancellationToken cancellationToken) => _depths.AnyAsideAsync(cancellationToken);

    public void Dispose()
    {
        _priority.Dispose();
        _bulk.Dispose();
        _depths.Dispose();
    }

    PublishLink Of(Lane lane) => lane == Lane.Priority ? _priority : _bulk;
}
