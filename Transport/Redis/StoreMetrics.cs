using Prometheus;
using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>How long operations on Redis take, by operation and outcome. One observation an operation, however many
/// records it carries.</summary>
sealed class StoreMetrics(IMetricFactory metrics)
{
    readonly Histogram _seconds = metrics.CreateHistogram(
        MetricNames.StoreSeconds, "Time of operations on Redis, from the call to the last answer.", ["op", "outcome"],
        new HistogramConfiguration { Buckets = [.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5] });

    public void Succeeded(string operation, TimeSpan elapsed) => Observe(operation, "ok", elapsed);

    public void Failed(string operation, TimeSpan elapsed) => Observe(operation, "error", elapsed);

    void Observe(string operation, string outcome, TimeSpan elapsed) =>
        _seconds.WithLabels(operation, outcome).Observe(elapsed.TotalSeconds);
}
