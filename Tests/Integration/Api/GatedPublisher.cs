using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Broker;

namespace SkillAi.Queue.Tests.Integration.Api;

/// <summary>A broker that confirms when told to, or fails as told to.</summary>
sealed class GatedPublisher : IChunkPublisher
{
    readonly List<Chunk> _published = [];
    readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsReady => true;

    public Exception? Failure { get; set; }

    /// <summary>Whether it refuses a chunk.</summary>
    public Func<Chunk, bool> IsFull { get; set; } = _ => false;

    /// <summary>What it says of every queue; null: it cannot say.</summary>
    public QueueDepth? Depth { get; set; }

    /// <summary>Whoever asks what stands aside waits for it.</summary>
    public Task AsideSlowness { get; set; } = Task.CompletedTask;

    /// <summary>What is thrown, against the port's promise, to who asks what stands aside.</summary>
    public Exception? Mistake { get; set; }

    /// <summary>Whether chunks stand aside.</summary>
    public bool AnyAside { get; set; }

    /// <summary>How often that was asked.</summary>
    public volatile int AsideAsked;

    public Chunk[] Published
    {
        get
        {
            lock (_published)
                return [.. _published];
        }
    }

    public void Open() => _open.TrySetResult();

    public async Task PublishAsync(Chunk chunk, CancellationToken cancellationToken)
    {
        if (Failure is { } failure)
            throw failure;

        if (IsFull(chunk))
            throw new BrokerRefusedException("full");

        lock (_published)
            _published.Add(chunk);

        await _open.Task.WaitAsync(cancellationToken);
    }

    public Task PublishLaterAsync(Chunk chunk, RetryRung rung, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Intake publishes nothing for later.");

    public Task WarmUpAsync(Chunk chunk, CancellationToken cancellationToken) =>
        Failure is BrokerUnavailableException outage ? Task.FromException(outage) : Task.CompletedTask;

    public Task<QueueDepth?> FindDepthAsync(string model, Lane lane, CancellationToken cancellationToken) =>
        Task.FromResult(Depth);

    public async Task<bool?> AnyAsideAsync(CancellationToken cancellationToken)
    {
        if (Mistake is { } mistake)
            throw mistake;

        Interlocked.Increment(ref AsideAsked);
        await AsideSlowness.WaitAsync(cancellationToken);
        return Depth is null ? null : AnyAside;
    }
}
