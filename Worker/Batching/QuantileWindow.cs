namespace SkillAi.Queue.Worker.Batching;

/// <summary>A quantile of the last few samples, refreshed every so often. Allocates only when made.</summary>
sealed class QuantileWindow(int capacity, double quantile, double initial, int minimum = 1, int every = 1)
{
    readonly double[] _samples = new double[capacity];
    readonly double[] _sorted = new double[capacity];
    int _next;

    public int Count { get; private set; }

    public double Value { get; private set; } = initial;

    public void Add(double sample)
    {
        _samples[_next] = sample;
        _next = (_next + 1) % capacity;
        Count = Math.Min(Count + 1, capacity);
        if (Count >= minimum && _next % every == 0)
            Refresh();
    }

    void Refresh()
    {
        var sorted = _sorted.AsSpan(0, Count);
        _samples.AsSpan(0, Count).CopyTo(sorted);
        sorted.Sort();
        Value = sorted[Math.Min((int)(quantile * Count), Count - 1)];
    }
}
