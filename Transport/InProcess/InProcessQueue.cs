using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Broker;

namespace SkillAi.Queue.Transport.InProcess;

/// <summary>One lane of one model. A message keeps the number it came in with: what is handed back is served again in
/// that order and before everything that was never lent, so it returns to where it stood.</summary>
sealed class InProcessQueue(InProcessOptions limits, InProcessDeadLetters deadLetters)
{
    readonly Lock _gate = new();
    readonly Queue<InProcessMessage> _fresh = new();
    readonly PriorityQueue<InProcessMessage, long> _returned = new();
    InProcessConsumer[] _consumers = [];
    long _nextNumber;
    long _items;
    long _bytes;

    public QueueDepth Depth
    {
        get
        {
            lock (_gate)
                return new(_fresh.Count + _returned.Count, _consumers.Length);
        }
    }

    /// <summary>False when the queue is full: nothing was stored.</summary>
    public bool TryAdd(Chunk chunk)
    {
        lock (_gate)
        {
            if (!TryTakeRoom(chunk))
                return false;

            _fresh.Enqueue(new(chunk, _nextNumber++));
        }

        WakeAll();
        return true;
    }

    /// <summary>Takes up room for a chunk that comes later; false when there is none.</summary>
    public bool TryReserve(Chunk chunk)
    {
        lock (_gate)
            return TryTakeRoom(chunk);
    }

    /// <summary>The chunk has come for which there is room.</summary>
    public void AddReserved(Chunk chunk)
    {
        lock (_gate)
            _fresh.Enqueue(new(chunk, _nextNumber++));

        WakeAll();
    }

    public void Join(InProcessConsumer consumer)
    {
        lock (_gate)
            _consumers = [.. _consumers, consumer];
    }

    /// <summary>No new loans to this consumer; what it holds stays on loan.</summary>
    public void Leave(InProcessConsumer consumer)
    {
        lock (_gate)
            _consumers = [.. _consumers.Where(other => other != consumer)];
    }

    /// <summary>The consumer is dead: its loans go back, each to where it stood.</summary>
    public void TakeBack(InProcessConsumer consumer)
    {
        lock (_gate)
        {
            consumer.IsDead = true;
            foreach (var message in consumer.Loans)
                Return(message);

            consumer.Loans.Clear();
        }

        consumer.Wake();
        WakeAll();
    }

    public InProcessDelivery? TryLend(InProcessConsumer consumer)
    {
        lock (_gate)
        {
            if (consumer.IsDead || consumer.Loans.Count >= consumer.Prefetch)
                return null;

            if (!_returned.TryDequeue(out var message, out _) && !_fresh.TryDequeue(out message))
                return null;

            consumer.Loans.Add(message);
            return new(this, consumer, message);
        }
    }

    public void Settle(InProcessConsumer consumer, InProcessMessage message, Settlement settlement)
    {
        lock (_gate)
        {
            if (!consumer.Loans.Remove(message))
                return;

            if (settlement == Settlement.Requeue)
                Return(message);
            else
                Forget(message);
        }

        if (settlement == Settlement.Reject)
            deadLetters.Add(message.Chunk);

        if (settlement == Settlement.Requeue)
            WakeAll();
        else
            consumer.Wake();
    }

    bool TryTakeRoom(Chunk chunk)
    {
        if (_items + chunk.Items > limits.MaxItems || _bytes + chunk.Body.Length > limits.MaxBytes)
            return false;

        _items += chunk.Items;
        _bytes += chunk.Body.Length;
        return true;
    }

    void Return(InProcessMessage message)
    {
        message.WasLent = true;
        _returned.Enqueue(message, message.Number);
    }

    void Forget(InProcessMessage message)
    {
        _items -= message.Chunk.Items;
        _bytes -= message.Chunk.Body.Length;
    }

    // Outside the lock; the array is replaced, never changed.
    void WakeAll()
    {
        foreach (var consumer in Volatile.Read(ref _consumers))
            consumer.Wake();
    }
}

/// <summary>A chunk in a queue and its place there. <see cref="WasLent"/> belongs to the queue's lock.</summary>
sealed class InProcessMessage(Chunk chunk, long number)
{
    public Chunk Chunk { get; } = chunk;

    public long Number { get; } = number;

    public bool WasLent { get; set; }
}
