namespace SkillAi.Queue.Bench.Scaling;

/// <summary>What a scenario came to, the worst over all phases of the autoscaler's clock. Times are seconds after the
/// surge, or after its end; null: never.</summary>
sealed record ScalingRecord(
    string Name, int? Desired, int? Ready, int? Back, int DirectionChanges, int MostPods, int MostAlive, double LongestWait)
{
    public static ScalingRecord Of(
        ScalingScenario scenario, PoolScaling scaling, Cluster cluster, int goal, int rest)
    {
        var runs = Enumerable.Range(0, 15)
            .Select(phase => Of(scenario, ScalingSimulation.Run(scaling, cluster, scenario.Arrivals, scenario.Seconds, phase), cluster, goal, rest))
            .ToList();
        return new(
            scenario.Name,
            Worst(runs, run => run.Desired), Worst(runs, run => run.Ready), Worst(runs, run => run.Back),
            runs.Max(run => run.DirectionChanges), runs.Max(run => run.MostPods), runs.Max(run => run.MostAlive),
            runs.Max(run => run.LongestWait));
    }

    static ScalingRecord Of(ScalingScenario scenario, IReadOnlyList<Second> seconds, Cluster cluster, int goal, int rest)
    {
        var after = seconds.Where(second => second.Time >= scenario.SurgeAt).ToList();
        return new(
            scenario.Name,
            First(after, second => second.Desired >= goal) - scenario.SurgeAt,
            First(after, second => second.Ready >= goal) - scenario.SurgeAt,
            First(after.Where(second => second.Time >= scenario.SurgeEnd), second => second.Desired <= rest) - scenario.SurgeEnd,
            CountDirectionChanges(seconds),
            seconds.Max(second => second.Desired), seconds.Max(second => second.Alive),
            after.Max(second => second.Backlog / (Math.Max(second.Ready, 1) * cluster.ItemsPerSecond)));
    }

    static int CountDirectionChanges(IReadOnlyList<Second> seconds)
    {
        var directions = seconds.Zip(seconds.Skip(1), (before, after) => Math.Sign(after.Desired - before.Desired))
            .Where(direction => direction != 0).ToList();
        return directions.Zip(directions.Skip(1)).Count(pair => pair.First != pair.Second);
    }

    static int? First(IEnumerable<Second> seconds, Func<Second, bool> holds)
    {
        foreach (var second in seconds)
        {
            if (holds(second))
                return second.Time;
        }

        return null;
    }

    static int? Worst(List<ScalingRecord> runs, Func<ScalingRecord, int?> value) =>
        runs.Any(run => value(run) is null) ? null : runs.Max(value);
}
