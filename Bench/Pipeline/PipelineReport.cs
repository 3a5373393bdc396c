using System.Globalization;
using SkillAi.Queue.Bench.Duel.Sections;
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
        time to the answer at the client. The row of virtual time is the same policy and trace in the duel's simulation.

        """;

    public static DuelReport Write(Scenario scenario, IReadOnlyList<PipelineResult> runs)
    {
        var virtualTime = Measured.Of(scenario, Rows.Shipped);
        var report = new DuelReport();
        report.Heading(
            string.Create(CultureInfo.InvariantCulture, $"{scenario.UrgentRate:0.#} priority requests a second"),
            string.Create(
                CultureInfo.InvariantCulture,
                $"{scenario.MeasuredSeconds:F0} s each after {scenario.WarmUp / 1000:F0} s of warm-up, {Environment.ProcessorCount} processors.")
            + " A late timer is one of the sender's own, asked for 5 ms: what the machine adds to a latency."
            + " A load above the number of processors is work of others that these runs had to wait for.");
        report.Table(
            ["", "p50 ms", "p99 ms", "missed %", "items/s", "% of pure bulk", "mean run", "timers late p99 ms", "load average"],
            [
                .. runs.Select(run => Row(scenario, run)),
                [
                    "virtual time", Number(virtualTime.P50), Number(virtualTime.P99), Number(virtualTime.MissPercent, 2),
                    Number(virtualTime.ItemsPerSecond), Number(virtualTime.PercentOfLimit), Number(virtualTime.MeanRun), "–", "–",
                ],
            ]);
        Promise(report, scenario, runs, virtualTime);
        return report;
    }

    static void Promise(
        DuelReport report, Scenario scenario, IReadOnlyList<PipelineResult> runs, Measured virtualTime)
    {
        foreach (var run in runs)
        {
            report.Promise(
                $"throughput with prefetch {run.Prefetch}, % of pure bulk", Percent(scenario, run),
                virtualTime.PercentOfLimit - 5, virtualTime.PercentOfLimit + 5);
            report.Promise(
                $"99th percentile with prefetch {run.Prefetch}, ms", run.Latencies.Percentile(99), most: scenario.Deadline);
        }

        report.Promise(
            "throughput with the least prefetch, of that with the most",
            runs.MinBy(run => run.Prefetch)!.ItemsPerSecond / runs.MaxBy(run => run.Prefetch)!.ItemsPerSecond,
            least: 0.98, most: 1.02);
    }

    static string[] Row(Scenario scenario, PipelineResult run) =>
    [
        string.Create(CultureInfo.InvariantCulture, $"priority prefetch {run.Prefetch}"),
        Number(run.Latencies.Percentile(50)), Number(run.Latencies.Percentile(99)),
        Number(run.Latencies.PercentAbove(scenario.Deadline), 2), Number(run.ItemsPerSecond),
        Number(Percent(scenario, run)), Number(run.MeanRun), Number(run.Lateness.Percentile(99)), run.Load,
    ];

    static double Percent(Scenario scenario, PipelineResult run) => 100 * run.ItemsPerSecond / scenario.Limit;
}
