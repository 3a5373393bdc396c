using System.Buffers;
using System.Collections.Concurrent;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Worker.Failures;
using SkillAi.Queue.Worker.Models.Text;

namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>A chunk on loan, read into items, that gathers their outcomes. Each item ends exactly once, in whatever
/// order and by whatever thread; whoever ends the last one passes the chunk on to be stored.</summary>
sealed class PendingChunk
{
    readonly Delivery _delivery;
    readonly ChunkItems _items;
    readonly Part[] _parts;
    readonly float[] _scores;
    int _open;
    long _runItems;
    int _ran;
    int _isStarted;
    int _hasLeft;
    Departure? _departure;
    ConcurrentDictionary<int, string>? _explanations;

    /// <summary>Owns <paramref name="items"/> from here on.</summary>
    public PendingChunk(Delivery delivery, ChunkItems items, Part[] parts, ServedModel model, TimeSpan received, DateTimeOffset receivedAt)
    {
        (_delivery, _items, _parts, Model) = (delivery, items, parts, model);
        (Received, ReceivedAt) = (received, receivedAt);
        _open = items.Count;
        _scores = ArrayPool<float>.Shared.Rent(items.Count * model.Output.Labels);
    }

    public Chunk Chunk => _delivery.Chunk;
    public Lane Lane => Chunk.Lane;
    public ServedModel Model { get; }
    public TimeSpan Received { get; }
    public DateTimeOffset ReceivedAt { get; }
    public int Count => _items.Count;
    public IReadOnlyList<Part> Parts => _parts;

    /// <summary>Sum of run sizes over the items that ran.</summary>
    public long RunItems => Interlocked.Read(ref _runItems);

    /// <summary>Items that a run answered, whatever became of the answer.</summary>
    public int Ran => Volatile.Read(ref _ran);

    /// <summary>The broker lends it to another: whatever has not begun need not.</summary>
    public bool IsLost => _delivery.IsLost;

    /// <summary>An item of it has been in a run, so handing it back would mean running that one twice.</summary>
    public bool IsStarted => Volatile.Read(ref _isStarted) != 0;

    /// <summary>How it leaves this worker: its items are not worth running any more, and those that have ended will run
    /// again. Null: it stays.</summary>
    public Departure? Departure => Volatile.Read(ref _departure);

    /// <summary>The first one counts. Whoever calls this still has an open item of the chunk to end, or passes it on.</summary>
    public void Leave(Departure departure) => Interlocked.CompareExchange(ref _departure, departure, comparand: null);

    public ReadOnlySpan<byte> Text(int item) => _items.Text(item);

    public ItemFault Fault(int item) => _items.Fault(item);

    public Part PartOf(int item)
    {
        if (_parts.Length == 1)
            return _parts[0];

        // Few and short: a chunk has at most 256 parts, in order.
        int low = 0, high = _parts.Length - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (_parts[middle].First <= item)
                low = middle;
            else
                high = middle - 1;
        }

        return _parts[low];
    }

    public void Start() => Volatile.Write(ref _isStarted, 1);

    /// <returns>Whether the chunk is complete now.</returns>
    public bool Succeed(int item, ReadOnlySpan<float> scores, RunRecord run)
    {
        PartOf(item).Run = run;
        Interlocked.Add(ref _runItems, run.Items);
        Interlocked.Increment(ref _ran);
        foreach (var score in scores)
        {
            if (!float.IsFinite(score))
                return End(item, Outcome.Failed, ItemFault.ModelNan);
        }

        scores.CopyTo(_scores.AsSpan(item * scores.Length));
        return End(item, Outcome.Succeeded);
    }

    /// <returns>Whether the chunk is complete now.</returns>
    public bool End(int item, Outcome outcome, ItemFault fault = ItemFault.None)
    {
        _items.End(item, outcome, fault);
        return Interlocked.Decrement(ref _open) == 0;
    }

    /// <summary>Once, when it is complete: what is written then is written again and again until it is stored.</summary>
    public void ExpireLate(TimeSpan now)
    {
        foreach (var part in _parts)
        {
            if (!part.IsExpired(now))
                continue;

            for (var item = part.First; item < part.First + part.Count; item++)
                _items.ExpireAnswer(item);
        }
    }

    /// <inheritdoc cref="ChunkItems.IsLate"/>
    public bool IsLate(int item) => _items.IsLate(item);

    /// <summary>What the model said of an item that it failed on; before <see cref="End"/>.</summary>
    public void Explain(int item, string message) =>
        LazyInitializer.EnsureInitialized(ref _explanations, () => new())[item] = message;

    public string? Explanation(int item) => _explanations?.GetValueOrDefault(item);

    public Outcome OutcomeOf(int item) => _items.Outcome(item);

    public ItemAnswer Answer(int item)
    {
        var labels = Model.Output.Labels;
        return new(_items.Id(item), _items.Outcome(item), _items.Fault(item), _scores.AsSpan(item * labels, labels));
    }

    /// <summary>The outcome is stored, here or by another before us: the broker may forget the chunk.</summary>
    public void Ack()
    {
        _delivery.Ack();
        _items.Dispose();
        ArrayPool<float>.Shared.Return(_scores);
    }

    /// <summary>True for the first caller only.</summary>
    public bool TryLeave() => Interlocked.Exchange(ref _hasLeft, 1) == 0;

    public void Requeue() => _delivery.Requeue();
}
