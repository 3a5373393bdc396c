using System.Runtime.CompilerServices;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Broker;

namespace SkillAi.Queue.Transport.InProcess;

/// <summary>One worker's hold on the broker in memory. Disposing it is the worker's death: whatever it has on loan
/// goes back in order.</summary>
public sealed class InProcessSource(InProcessBroker broker) : IChunkSource, IDisposable
{
    readonly Lock _gate = new();
    readonly List<(InProcessQueue Queue, InProcessConsumer Consumer)> _consumers = [];
    bool _isDisposed;

    public bool IsReady => true;

    public async IAsyncEnumerable<Delivery> ReadAsync(
        string model, Lane lane, int prefetch, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var queue = broker.Queue(model, lane);
        var consumer = new InProcessConsumer(prefetch);
        Add(queue, consumer);
        try
        {
            while (!cancellationToken.IsCancellationRequested && !consumer.IsDead)
            {
                if (queue.TryLend(consumer) is { } delivery)
                    yield return delivery;
                else if (!await consumer.WaitAsync(cancellationToken))
                    yield break;
            }
        }
        finally
        {
            queue.Leave(consumer);
        }
    }

    public void Dispose()
    {
        (InProcessQueue Queue, InProcessConsumer Consumer)[] dead;
        lock (_gate)
        {
            _isDisposed = true;
            dead = [.. _consumers];
            _consumers.Clear();
        }

        foreach (var (queue, consumer) in dead)
        {
            queue.Leave(consumer);
            queue.TakeBack(consumer);
        }
    }

    void Add(InProcessQueue queue, InProcessConsumer consumer)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _consumers.Add((queue, consumer));
        }

        queue.Join(consumer);
    }
}
