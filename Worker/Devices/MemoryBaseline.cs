namespace SkillAi.Queue.Worker.Devices;

/// <summary>What a warm device's memory use is measured against: the median of its first samples, since a single one may
/// fall into a large run.</summary>
sealed class MemoryBaseline
{
    const int Samples = 30;

    readonly List<long> _samples = new(Samples);

    /// <summary>In bytes; null until there are enough samples.</summary>
    public long? Bytes { get; private set; }

    public void Add(long used)
    {
        if (Bytes is not null)
            return;

        _samples.Add(used);
        if (_samples.Count < Samples)
            return;

        _samples.Sort();
        Bytes = _samples[Samples / 2];
        _samples.Clear();
    }
}
