using System.Globalization;
using static SkillAi.Queue.Bench.Duel.Report.DuelReport;

namespace SkillAi.Queue.Bench.Pipeline;

/// <summary>The real runs beside virtual time, and what is promised of them.</summary>
static class PipelineReport
{
    public const string Introduction =
        """
        # The slow card in the real service

        Written by `dotnet run -c Release --project Bench -- pipeline`: RabbitMQ, Redis (every write to disk), an API and
        one worker as processes on one machine, in real time. The worker serves a simulated device with the costs of
        [the duel](duel.md)'s slow card, an endless job keeps its bulk lane full, and priority requests leave at the
        instants of the duel's trace, each over HTTP and waiting for its answer. Latency counts from the intended send
        time to the answer at the client. The rows of virtual time are the same rules and trace in the duel's simulation.
        The rivals size the runs of the same worker by rules of their own. Only where a row says so is a run longer than a
        request can bear, and left: terminated, or with the request beside it on a second stream of half the speed.

        """;

    public static void Write(DuelReport report, Scenario scenario, IReadOnlyList<PipelineResult> runs)
    {
        var simulated = runs.Select(run => run.Contender).DistinctBy(contender => contender.Rule).ToDictionary(
            contender => contender.Rule, contender => StaticPolicies.InVirtualTime(contender, scenario));
        report.Heading(
            string.Create(CultureInfo.InvariantCulture, $"{scenario.UrgentRate:0.#} priority requests a second"),
            string.Create(
                CultureInfo.InvariantCulture,
                $"{scenario.MeasuredSeconds:F0} s each after {scenario.WarmUp / 1000:F0} s of warm-up, {Environment.ProcessorCount} processors.")
            + " A load above the number of processors is work of others that these runs had to wait for.");
        report.Table(
            ["", "p50 ms", "p99 ms", "missed %", "items/s", "% of pure bulk", "mean run", "load average"],
            [
                .. runs.Select(run => Row(scenario, run)),
                .. simulated.Select(row => Row(row.Key, row.Value)),
            ]);
        Promise(report, scenario, runs, simulated);
    }

    static void Promise(
        DuelReport report, Scenario scenario, IReadOnlyList<PipelineResult> runs, Dictionary<string, Measured> simulated)
    {
        foreach (var run in runs)
        {
            var expected = simulated[run.Contender.Rule].PercentOfLimit;
            report.Promise(
                Text(scenario, $"throughput, {run.Contender}, % of pure bulk"), Percent(scenario, run), expected - 5, expected + 5);
        }

        var ours = runs.Where(run => run.Contender.Policy == StaticPolicies.Ours).OrderBy(run => run.Contender.Prefetch).ToList();
        foreach (var run in ours)
        {
            report.Promise(
                Text(scenario, $"99th percentile, {run.Contender}, ms"), run.Latencies.Percentile(99), most: scenario.Deadline);
        }

        if (ours.Count > 1 && ours[0].Contender.Prefetch < ours[^1].Contender.Prefetch)
        {
            report.Promise(
                "throughput with the least prefetch, of that with the most",
                ours[0].ItemsPerSecond / ours[^1].ItemsPerSecond, least: 0.98, most: 1.02);
        }
    }

    static string Text(Scenario scenario, string promise) =>
        string.Create(CultureInfo.InvariantCulture, $"{promise}, at {scenario.UrgentRate:0.#}/s");

    static string[] Row(string policy, Measured row) =>
    [
        $"{policy}, virtual time", Number(row.P50), Number(row.P99), Number(row.MissPercent, 2), Number(row.ItemsPerSecond),
        Number(row.PercentOfLimit), Number(row.MeanRun), "–",
    ];

    static string[] Row(Scenario scenario, PipelineResult run) =>
    [
        run.Contender.ToString(),
        Number(run.Latencies.Percentile(50)), Number(run.Latencies.Percentile(99)),
        Number(run.Latencies.PercentAbove(scenario.Deadline), 2), Number(run.ItemsPerSecond),
        Number(Percent(scenario, run)), Number(run.MeanRun), run.Load,
    ];

    static double Percent(Scenario scenario, PipelineResult run) => 100 * run.ItemsPerSecond / scenario.Limit;
}
