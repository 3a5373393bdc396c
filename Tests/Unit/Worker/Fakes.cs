using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Worker.Models;

namespace SkillAi.Queue.Tests.Unit.Worker;

/// <summary>A loan that remembers how it was settled.</summary>
sealed class FakeDelivery(Chunk chunk) : Delivery(chunk, isRedelivered: false)
{
    readonly TaskCompletionSource<Settlement> _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    volatile bool _isLost;

    public override bool IsLost => _isLost;

    public Task<Settlement> Settled => _settled.Task;

    public void Lose() => _isLost = true;

    protected override void Settle(Settlement settlement) => _settled.SetResult(settlement);
}

/// <summary>A broker with one reader a lane, told what to deliver.</summary>
sealed class FakeSource : IChunkSource
{
    readonly ConcurrentDictionary<(string, Lane), Channel<Delivery>> _lanes = new();

    public bool IsReady => true;

    public List<int> Prefetches { get; } = [];

    public FakeDelivery Deliver(Chunk chunk)
    {
        var delivery = new FakeDelivery(chunk);
        Lane(chunk.Model, chunk.Lane).Writer.TryWrite(delivery);
        return delivery;
    }

    public async IAsyncEnumerable<Delivery> ReadAsync(
        string model, Lane lane, int prefetch, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Prefetches.Add(prefetch);
        await foreach (var delivery in Lane(model, lane).Reader.ReadAllAsync(cancellationToken))
            yield return delivery;
    }

    Channel<Delivery> Lane(string model, Lane lane) => _lanes.GetOrAdd((model, lane), _ => Channel.CreateUnbounded<Delivery>());
}

/// <summary>A broker that is only asked to hold chunks back or to pass them on, and refuses what it is told to.</summary>
sealed class FakeLadder : IChunkPublisher
{
    public ConcurrentQueue<(Chunk Chunk, RetryRung Rung)> Aside { get; } = new();

    /// <summary>Those that did not wait.</summary>
    public ConcurrentQueue<Chunk> PassedOn { get; } = new();

    /// <summary>Whether it takes nothing for that rung now.</summary>
    public Func<RetryRung, bool> Refuses { get; set; } = _ => false;

    public bool IsReady => true;

    public Task PublishAsync(Chunk chunk, CancellationToken cancellationToken)
    {
        PassedOn.Enqueue(chunk);
        return Task.CompletedTask;
    }

    public Task PublishLaterAsync(Chunk chunk, RetryRung rung, CancellationToken cancellationToken)
    {
        if (Refuses(rung))
            return Task.FromException(new BrokerUnavailableException("Down."));

        Aside.Enqueue((chunk, rung));
        return Task.CompletedTask;
    }

    public Task WarmUpAsync(Chunk chunk, CancellationToken cancellationToken) =>
        throw new NotSupportedException("A worker publishes too seldom to warm up for it.");

    public Task<QueueDepth?> FindDepthAsync(string model, Lane lane, CancellationToken cancellationToken) =>
        Task.FromResult<QueueDepth?>(null);

    public Task<bool?> AnyAsideAsync(CancellationToken cancellationToken) => Task.FromResult<bool?>(!Aside.IsEmpty);
}

/// <summary>A model that answers every item with its first byte, and does what a test asks before.</summary>
/// <param name="time">Moved on by what a run lasts; without it runs last in real time.</param>
sealed class FakeModel(FakeTimeProvider? time = null) : IModel
{
    static readonly TimeSpan Step = TimeSpan.FromMilliseconds(1);

    int _runs;

    public string Provider => "cpu";

    /// <summary>Called with each run's texts, on the device's thread.</summary>
    public Action<IReadOnlyList<string>> OnRun { get; set; } = _ => { };

    /// <summary>How long a run of that many rows takes, unless it is terminated; infinite: until it is.</summary>
    public Func<int, TimeSpan> Lasts { get; set; } = _ => TimeSpan.Zero;

    public ConcurrentQueue<int> Sizes { get; } = new();

    public int Runs => Volatile.Read(ref _runs);

    public bool IsDisposed { get; private set; }

    public void Run(RunBatch batch, CancellationToken terminate = default)
    {
        Interlocked.Increment(ref _runs);
        Sizes.Enqueue(batch.Items);
        var texts = new List<string>();
        for (var row = 0; row < batch.Items; row++)
            texts.Add(System.Text.Encoding.UTF8.GetString(batch.Row(row).TrimEnd((byte)0)));

        OnRun(texts);
        Wait(Lasts(batch.Items), terminate);
        if (terminate.IsCancellationRequested)
            throw new ModelRunException(RunFailure.Terminated, "Terminated.");

        for (var row = 0; row < batch.Items; row++)
            batch.Scores(row).Fill(batch.Row(row)[0] == (byte)'N' ? float.NaN : batch.Row(row)[0] / 256f);
    }

    public void Dispose() => IsDisposed = true;

    void Wait(TimeSpan lasts, CancellationToken terminate)
    {
        if (time is null || lasts == Timeout.InfiniteTimeSpan)
        {
            terminate.WaitHandle.WaitOne(lasts);
        }
        else if (!terminate.CanBeCanceled)
        {
            // At once, so that another run on the same clock lasts no longer for this one.
            time.Advance(lasts);
        }
        else
        {
            for (var end = time.GetUtcNow() + lasts; time.GetUtcNow() < end && !terminate.IsCancellationRequested;)
                time.Advance(Step);
        }
    }
}
