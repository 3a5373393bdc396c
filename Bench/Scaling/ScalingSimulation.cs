namespace SkillAi.Queue.Bench.Scaling;

/// <summary>State of a pool in one second.</summary>
readonly record struct Second(int Time, int Desired, int Ready, int Alive, double Backlog);

/// <summary>Runs a pool second by second under a load. Work is a fluid: arrivals in, ready pods times their rate out.</summary>
static class ScalingSimulation
{
    const int SyncSeconds = 15;

    /// <param name="phase">Second within its 15 in which the autoscaler looks; 0 to 14.</param>
    public static IReadOnlyList<Second> Run(
        PoolScaling scaling, Cluster cluster, Func<int, double> arrivals, int seconds, int phase)
    {
        var autoscaler = new Autoscaler(scaling);
        var service = new ScrapedService();
        var pods = new Pods(cluster);
        pods.Start(scaling.MinReplicas, readyAt: 0);
        var (arrived, backlog) = (0.0, 0.0);
        var history = new List<Second>(seconds);

        for (var time = 0; time < seconds; time++)
        {
            arrived += arrivals(time);
            backlog += arrivals(time);
            backlog -= Math.Min(backlog, pods.Ready(time) * cluster.ItemsPerSecond);
            service.Observe(time, arrived, backlog);

            // From zero on it is KEDA that starts the first pod; the autoscaler is off until there is one.
            if (pods.Count == 0)
            {
                if (time % scaling.PollingSeconds == phase % scaling.PollingSeconds && IsActive(scaling, service))
                    pods.ScaleTo(1, time);
            }
            else if (time % SyncSeconds == phase)
            {
                pods.ScaleTo(autoscaler.Step(time, pods.Count, service.Measure), time);
            }

            history.Add(new(time, pods.Count, pods.Ready(time), pods.Alive(time), backlog));
        }

        return history;
    }

    static bool IsActive(PoolScaling scaling, ScrapedService service) =>
        scaling.Triggers.Any(trigger => service.Measure(trigger.Signal) > 0);
}
