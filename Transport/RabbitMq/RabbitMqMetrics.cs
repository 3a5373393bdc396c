using Prometheus;
using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Transport.RabbitMq;

/// <summary>What the broker adapter tells the operators.</summary>
sealed class RabbitMqMetrics
{
    const string Full = "full";
    const string NotRouted = "unroutable";

    readonly Gauge _up;
    readonly Gauge _blocked;
    readonly Histogram _confirm;
    readonly Counter _refused;

    public RabbitMqMetrics(IMetricFactory metrics)
    {
        _up = metrics.CreateGauge(MetricNames.BrokerUp, "1 while the connection is up.", ["connection"]);
        _blocked = metrics.CreateGauge(
            MetricNames.BrokerBlocked, "1 while the broker refuses publishes on the connection.", ["connection"]);
        _confirm = metrics.CreateHistogram(
            MetricNames.PublishConfirm, "Time from a publish to the broker's confirm.", ["lane"],
            new HistogramConfiguration { Buckets = Histogram.ExponentialBuckets(0.0005, 2, 14) });
        _refused = metrics.CreateCounter(
            MetricNames.PublishRefused, "Chunks that the broker refused: its queue is full, or there is none.", ["lane", "reason"]);
        // At zero from the start, so that an increase over the first one is seen.
        foreach (var lane in Enum.GetValues<Lane>())
        {
            _refused.WithLabels(lane.Name(), Full);
            _refused.WithLabels(lane.Name(), NotRouted);
        }
    }

    public void ConnectionUp(string connection)
    {
        _up.WithLabels(connection).Set(1);
        _blocked.WithLabels(connection).Set(0);
    }

    public void ConnectionDown(string connection)
    {
        _up.WithLabels(connection).Set(0);
        _blocked.WithLabels(connection).Set(0);
    }

    public void ConnectionBlocked(string connection, bool blocked) =>
        _blocked.WithLabels(connection).Set(blocked ? 1 : 0);

    public void Confirmed(Lane lane, TimeSpan elapsed) => _confirm.WithLabels(lane.Name()).Observe(elapsed.TotalSeconds);

    public void QueueFull(Lane lane) => _refused.WithLabels(lane.Name(), Full).Inc();

    public void Unroutable(Lane lane) => _refused.WithLabels(lane.Name(), NotRouted).Inc();
}
