using Prometheus;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Producer.Scaling;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Telemetry;

/// <summary>What intake counts and what waits, in items.</summary>
sealed class IntakeMetrics(IMetricFactory metrics, Arrivals arrivals)
{
    readonly Counter _enqueued = metrics.CreateCounter(
        MetricNames.ItemsEnqueued, "Items accepted.", ["lane", "model"]);

    readonly Counter _refused = metrics.CreateCounter(
        MetricNames.ItemsRefused, "Items not admitted, by reason.", ["lane", "model", "reason"]);

    readonly Gauge _backlog = metrics.CreateGauge(
        MetricNames.BacklogItems,
        "Items accepted and not answered, those in the spool included. Every instance shows the same number.",
        ["model", "lane"]);

    readonly Gauge _jobs = metrics.CreateGauge(
        MetricNames.JobsOpen, "Jobs that have not ended. Every instance shows the same number.", ["model"]);

    readonly Gauge _oldestJob = metrics.CreateGauge(
        MetricNames.OldestJob, "Age of the oldest job that has not ended; zero without one.", ["model"]);

    readonly Gauge _ready = metrics.CreateGauge(
        MetricNames.QueueReady, "Messages that wait in a lane's queue.", ["model", "lane"]);

    readonly Gauge _consumers = metrics.CreateGauge(
        MetricNames.QueueConsumers, "Consumers of a lane's queue.", ["model", "lane"]);

    public void Enqueued(string model, Lane lane, int items)
    {
        _enqueued.WithLabels(lane.Name(), model).Inc(items);
        arrivals.Add(model, lane, items);
    }

    public void Refused(string model, Lane lane, int items, Admission reason) =>
        _refused.WithLabels(lane.Name(), model, Of(reason)).Inc(items);

    public void Backlog(string model, Lane lane, long items)
    {
        _backlog.WithLabels(model, lane.Name()).Set(items);

        // Counters begin at zero: scaling reads a missing series as a failure, and a rate would miss the first event.
        _enqueued.WithLabels(lane.Name(), model);
        _refused.WithLabels(lane.Name(), model, Of(Admission.LaneFull));
        _refused.WithLabels(lane.Name(), model, Of(Admission.TenantFull));
    }

    public void Jobs(string model, int open, TimeSpan oldest)
    {
        _jobs.WithLabels(model).Set(open);
        _oldestJob.WithLabels(model).Set(oldest.TotalSeconds);
    }

    /// <summary>No number is better than an old one, which alerts and scaling would take for the truth.</summary>
    public void BacklogUnknown()
    {
        foreach (var gauge in new[] { _backlog, _jobs, _oldestJob })
        {
            foreach (var labels in gauge.GetAllLabelValues())
                gauge.RemoveLabelled(labels);
        }
    }

    public void Queue(string model, Lane lane, in QueueDepth depth)
    {
        _ready.WithLabels(model, lane.Name()).Set(depth.ReadyMessages);
        _consumers.WithLabels(model, lane.Name()).Set(depth.Consumers);
    }

    static string Of(Admission reason) => reason == Admission.LaneFull ? "lane_full" : "tenant_full";
}
