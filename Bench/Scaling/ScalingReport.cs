using System.Globalization;
using System.Text;

namespace SkillAi.Queue.Bench.Scaling;

/// <summary>The Markdown page of the simulation: the shipped rules under each load, and what they are preferred to.</summary>
static class ScalingReport
{
    static readonly int[] PodStarts = [25, 60, 120];

    public static string Write(PoolScaling shipped)
    {
        var page = new StringBuilder(Preamble);
        Table(page, "8 pods", 3, [.. Surges(shipped)]);
        page.Append("\n## Five million items on a pool that sleeps\nWith `minReplicaCount: 0`, which the chart offers for bulk pools.\n");
        Table(page, "10 pods", 0, [.. PodStarts.Select(start => Row("shipped rules", ScalingScenario.BacklogFromZero, shipped with { MinReplicas = 0 }, start, 10))]);
        page.Append("\n## What the rules are preferred to\n");
        Table(page, "8 pods", 3, [.. Alternatives(shipped)]);
        return page.Append(Reading).ToString();
    }

    static IEnumerable<(string, int, ScalingRecord)> Surges(PoolScaling shipped) =>
        from scenario in new[] { ScalingScenario.LoadTimesFour, ScalingScenario.Noisy(1), ScalingScenario.Noisy(2) }
        from start in PodStarts
        select Row("shipped rules", scenario, shipped, start, 8);

    static IEnumerable<(string, int, ScalingRecord)> Alternatives(PoolScaling shipped)
    {
        var depth = shipped with { Triggers = [.. shipped.Triggers.Where(trigger => trigger.Signal == TriggerSignal.Backlog)] };
        var defaults = depth with
        {
            Up = new(0, true, [new(false, 4, 15), new(true, 100, 15)]), Down = new(300, true, [new(true, 100, 15)]),
        };
        yield return Row("backlog alone, Kubernetes' default behavior", ScalingScenario.LoadTimesFour, defaults, 60, 8);
        yield return Row("backlog alone, our behavior", ScalingScenario.LoadTimesFour, depth, 60, 8);
        yield return Row("shipped rules, a node must come first (240 s)", ScalingScenario.LoadTimesFour, shipped, 240, 8);
    }

    static (string, int, ScalingRecord) Row(string rules, ScalingScenario scenario, PoolScaling scaling, int start, int goal) =>
        (rules, start, ScalingRecord.Of(scenario, scaling, new Cluster(StartSeconds: start), goal, rest: 3));

    static void Table(StringBuilder page, string goal, int rest, IReadOnlyList<(string Rules, int Start, ScalingRecord Record)> rows)
    {
        page.Append(CultureInfo.InvariantCulture, $"\n| rules | load | pod start | {goal} asked for | {goal} ready | back to {rest} | direction changes | devices held, most | longest wait |\n");
        page.Append("|---|---|---:|---:|---:|---:|---:|---:|---:|\n");
        foreach (var (rules, start, record) in rows)
        {
            page.Append(CultureInfo.InvariantCulture,
                $"| {rules} | {record.Name} | {start} s | {Time(record.Desired)} | {Time(record.Ready)} | {Time(record.Back)} | {record.DirectionChanges} | {record.MostAlive} | {record.LongestWait:0} s |\n");
        }
    }

    static string Time(int? seconds) => seconds switch
    {
        null => "-",
        < 300 => string.Create(CultureInfo.InvariantCulture, $"{seconds} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60.0:0.0} min"),
    };

    const string Preamble = """
        # Scaling, simulated
        Written by `dotnet run -c Release --project Bench -- scaling --out docs/bench/scaling.md`. The rules are read from
        `deploy/keda/prometheus.yaml`, pool `skillai-moderation-bulk`; a setting changed there changes this page. The
        simulation follows the horizontal pod autoscaler (a look every 15 s, 10 % tolerance, stabilisation windows, rate
        limits) and a Prometheus that scrapes every 15 s. A pod does 100 items/s, work is a fluid. Nodes, image pulls and
        failures are not in it. Each figure is the worst over the 15 phases of the autoscaler's clock.

        ## Load times four: 150 items/s, 600 for 20 minutes, then 200

        """;

    const string Reading = """

        "Ready" is the pods' start after "asked for"; "back" counts from the end of the surge; the longest wait is the
        backlog over what the ready pods do. Depth alone takes pods away whenever they keep up, and the depth comes back:
        hence its direction changes under a load that does not change.

        """;
}
