using static SkillAi.Queue.Bench.Duel.Report.DuelReport;

namespace SkillAi.Queue.Bench.Duel.Sections;

/// <summary>The shapes of rows that several sections share.</summary>
static class Rows
{
    public static readonly string[] Columns =
    [
        "policy", "p50 ms", "p99 ms", "missed %", "items/s", "% of pure bulk", "mean run", "longest bulk gap ms",
    ];

    public static IEnumerable<string> Full(Measured row) =>
    [
        row.Name, Number(row.P50), Number(row.P99), Number(row.MissPercent, 2), Number(row.ItemsPerSecond, 0),
        Number(row.PercentOfLimit), Number(row.MeanRun), Number(row.LongestBulkGap, 0),
    ];

    /// <summary>Throughput in percent of pure bulk, and the missed percent beside it.</summary>
    public static string Short(Measured? cell) =>
        cell is null ? "none" : $"{Number(cell.PercentOfLimit)} ({Number(cell.MissPercent, 2)})";

    public static Ours Law(Scenario scenario) => new(scenario, Ours.Law, "**slack quantum**, the law");

    public static Ours Shipped(Scenario scenario) => new(scenario, name: "**slack quantum**, as shipped");
}
