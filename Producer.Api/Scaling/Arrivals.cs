using System.Collections.Concurrent;
using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Producer.Scaling;

/// <summary>What this instance accepted, by model and lane.</summary>
sealed class Arrivals(TimeProvider time)
{
    readonly ConcurrentDictionary<(string Model, Lane Lane), ArrivalWindow> _windows = new();
    readonly long _start = time.GetTimestamp();

    public void Add(string model, Lane lane, int items)
    {
        var window = _windows.GetOrAdd((model, lane), static _ => new());
        lock (window)
            window.Add(time.GetElapsedTime(_start), items);
    }

    public double PerSecond(string model, Lane lane)
    {
        if (!_windows.TryGetValue((model, lane), out var window))
            return 0;

        lock (window)
            return window.PerSecond(time.GetElapsedTime(_start));
    }
}
