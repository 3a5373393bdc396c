using System.Collections.Concurrent;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Broker;

namespace SkillAi.Queue.Transport.InProcess;

/// <summary>The broker of embedded mode: one queue a model and lane, in this process's memory. It keeps the promises
/// of the real one (a loan is settled once or comes back, first in first out, an honest "full") except the one that
/// needs a disk.</summary>
public sealed class InProcessBroker(InProcessOptions limits, TimeProvider time) : IChunkPublisher
{
    readonly ConcurrentDictionary<(string Model, Lane Lane), InProcessQueue> _queues = new();
    readonly InProcessDeadLetters _deadLetters = new();
    readonly InProcessLadder _ladder = new(time);

    public bool IsReady => true;

    /// <summary>What was rejected, oldest first.</summary>
    public IReadOnlyList<Chunk> DeadLetters => _deadLetters.ToList();

    public Task PublishAsync(Chunk chunk, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Answer(chunk, Queue(chunk.Model, chunk.Lane).TryAdd(chunk));
    }

    public Task PublishLaterAsync(Chunk chunk, RetryRung rung, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Answer(chunk, _ladder.TryAdd(Queue(chunk.Model, chunk.Lane), chunk, rung));
    }

    /// <summary>There is nothing to open.</summary>
    public Task WarmUpAsync(Chunk chunk, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<QueueDepth?> FindDepthAsync(string model, Lane lane, CancellationToken cancellationToken) =>
        Task.FromResult<QueueDepth?>(Queue(model, lane).Depth);

    public Task<bool?> AnyAsideAsync(CancellationToken cancellationToken) => Task.FromResult<bool?>(_ladder.Any);

    static Task Answer(Chunk chunk, bool isTaken) => isTaken
        ? Task.CompletedTask
        : Task.FromException(new BrokerRefusedException($"Queue {Topology.Queue(chunk.Model, chunk.Lane)} is full."));

    internal InProcessQueue Queue(string model, Lane lane) =>
        _queues.GetOrAdd((model, lane), static (_, parts) => new(parts.limits, parts._deadLetters), (limits, _deadLetters));
}
