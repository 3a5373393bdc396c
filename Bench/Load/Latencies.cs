using System.Globalization;

namespace SkillAi.Queue.Bench.Load;

/// <summary>Latencies of an open-loop run. What was refused, failed or never answered stays in the percentiles, as
/// infinite: leaving it out would reward a service for saying no.</summary>
sealed class Latencies
{
    readonly List<double> _milliseconds = [];
    readonly Lock _lock = new();

    public int Count => _milliseconds.Count;

    public int Unanswered => _milliseconds.Count(double.IsPositiveInfinity);

    /// <param name="latency">From the intended send time to the answer; null: there was none.</param>
    public void Add(TimeSpan? latency)
    {
        lock (_lock)
            _milliseconds.Add(latency?.TotalMilliseconds ?? double.PositiveInfinity);
    }

    public double Percentile(double percent)
    {
        var sorted = _milliseconds.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted[(int)Math.Min(sorted.Length - 1, sorted.Length * percent / 100)];
    }

    /// <summary>Percent of the requests that took longer than that, the unanswered included.</summary>
    public double PercentAbove(double milliseconds) =>
        100.0 * _milliseconds.Count(latency => latency > milliseconds) / Math.Max(1, Count);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Count} requests, {Unanswered} not answered; ms: p50 {Percentile(50):0.0}, p90 {Percentile(90):0.0}, p99 {Percentile(99):0.0}, max {Percentile(100):0.0}");
}
