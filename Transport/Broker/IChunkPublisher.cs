using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Transport.Broker;

/// <summary>Hands chunks to the broker. Safe for concurrent use.</summary>
public interface IChunkPublisher
{
    /// <summary>Whether a publish has a chance now: connected and not blocked.</summary>
    bool IsReady { get; }

    /// <summary>Completes when the broker has taken the chunk over, durably where it can.</summary>
    /// <exception cref="BrokerRefusedException">The queue is full: nothing was stored.</exception>
    /// <exception cref="BrokerUnavailableException">No connection, no confirm in time, blocked by an alarm, or no
    /// queue to route to. The chunk may have been stored if the confirm was lost.</exception>
    Task PublishAsync(Chunk chunk, CancellationToken cancellationToken);

    /// <summary>As <see cref="PublishAsync"/>, but the chunk comes to its lane's end only when the rung's time is over.</summary>
    /// <exception cref="BrokerRefusedException">The rung or the lane is full: nothing was stored.</exception>
    /// <exception cref="BrokerUnavailableException">As there.</exception>
    Task PublishLaterAsync(Chunk chunk, RetryRung rung, CancellationToken cancellationToken);

    /// <summary>Does what a publish does, but the chunk goes to nobody: the first real one finds channels open and code
    /// compiled.</summary>
    /// <exception cref="BrokerUnavailableException">As there.</exception>
    Task WarmUpAsync(Chunk chunk, CancellationToken cancellationToken);

    /// <summary>Messages that wait in a lane's queue, not those on loan; null when the broker cannot say now.</summary>
    Task<QueueDepth?> FindDepthAsync(string model, Lane lane, CancellationToken cancellationToken);

    /// <summary>Whether chunks stand aside, of whatever lane; null when the broker cannot say now.</summary>
    Task<bool?> AnyAsideAsync(CancellationToken cancellationToken);
}

public readonly record struct QueueDepth(long ReadyMessages, int Consumers);

/// <summary>The lane's queue is full. Becomes 429 at the edge.</summary>
public sealed class BrokerRefusedException(string message) : Exception(message);

/// <summary>The broker cannot serve now. Becomes 503 at the edge.</summary>
public sealed class BrokerUnavailableException(string message, Exception? cause = null) : Exception(message, cause);
