namespace SkillAi.Queue.Worker.Models;

/// <summary>Keeps a model alive while runs are in flight: disposing an ONNX session under a run kills the process.
/// The slot itself holds one lease, so the model is disposed when the slot has let go and the last run has ended.</summary>
sealed class ModelSlot(IModel model) : IDisposable
{
    int _leases = 1;
    int _closed;

    public string Provider => model.Provider;

    /// <summary>The right to run the model until disposed; null once the slot is closed.</summary>
    public Lease? TryLease()
    {
        var seen = Volatile.Read(ref _leases);
        while (seen > 0)
        {
            var before = Interlocked.CompareExchange(ref _leases, seen + 1, seen);
            if (before == seen)
                return new Lease(this);

            seen = before;
        }

        return null;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _closed, 1) == 0)
            Release();
    }

    void Release()
    {
        if (Interlocked.Decrement(ref _leases) == 0)
            model.Dispose();
    }

    internal sealed class Lease(ModelSlot slot) : IDisposable
    {
        int _returned;

        public IModel Model => slot.Model;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _returned, 1) == 0)
                slot.Release();
        }
    }

    IModel Model => model;
}
