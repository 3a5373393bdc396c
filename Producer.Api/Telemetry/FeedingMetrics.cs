using Prometheus;
using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Producer.Telemetry;

/// <summary>What had to be fed again, because the broker or the store had lost it or seemed to.</summary>
sealed class FeedingMetrics
{
    readonly Counter.Child _jobs;
    readonly Counter.Child _requests;

    public FeedingMetrics(IMetricFactory metrics)
    {
        var items = metrics.CreateCounter(
            MetricNames.ItemsFedAgain, "Items published again because they stood still in an empty queue.", ["kind"]);
        (_jobs, _requests) = (items.WithLabels("job"), items.WithLabels("request"));
    }

    public void JobFedAgain(long items) => _jobs.Inc(items);

    public void RequestFedAgain(int items) => _requests.Inc(items);
}
