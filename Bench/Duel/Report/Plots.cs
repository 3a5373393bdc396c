using ScottPlot;

namespace SkillAi.Queue.Bench.Duel.Report;

/// <summary>Draws what the load sweep measured.</summary>
static class Plots
{
    const int Width = 900, Height = 540;

    /// <param name="rows">Cells of each contestant, one for each rate.</param>
    public static void Write(DuelReport report, string folder, IReadOnlyList<double> rates, Measured[][] rows)
    {
        report.Heading("Curves", "The load sweep above, drawn.");
        OverRates(report, folder, "duel-throughput.png", "Throughput, % of pure bulk", rates, rows,
            cell => cell.PercentOfLimit, 0, 100);
        OverRates(report, folder, "duel-missed.png", "Missed, % (cut at 10)", rates, rows,
            cell => Math.Min(10, cell.MissPercent), 0, 10);
        OverRates(report, folder, "duel-p50.png", "Priority median, ms (cut at 200)", rates, rows,
            cell => Math.Min(200, cell.P50), 0, 200);
        OverRates(report, folder, "duel-p99.png", "Priority 99th percentile, ms (cut at 200)", rates, rows,
            cell => Math.Min(200, cell.P99), 0, 200);
        OverRates(report, folder, "duel-run.png", "Items in a run, mean", rates, rows, cell => cell.MeanRun, 0, 30);
    }

    /// <summary>Throughput against misses at one load: up and to the left is better.</summary>
    public static void Pareto(DuelReport report, string folder, IReadOnlyList<Measured> rows)
    {
        using var plot = new Plot();
        foreach (var row in rows)
        {
            var missed = Math.Log10(Math.Max(0.01, row.MissPercent));
            var point = plot.Add.Marker(missed, row.PercentOfLimit);
            point.Color = IsOurs(row) ? Colors.DarkOrange : Colors.SteelBlue;
            var label = plot.Add.Text(Plain(row.Name), missed + 0.03, row.PercentOfLimit);
            label.LabelFontSize = 10;
            label.LabelFontColor = point.Color;
        }

        Ticks(plot, [0.01, 0.1, 1, 10, 100]);
        plot.Axes.SetLimits(-2.1, 3.2, 40, 105);
        plot.Title("20 requests a second: throughput against misses");
        plot.XLabel("missed %");
        plot.YLabel("throughput, % of pure bulk");
        Save(report, plot, folder, "duel-pareto.png", "Throughput against misses at 20/s");
    }

    static void OverRates(
        DuelReport report, string folder, string file, string title, IReadOnlyList<double> rates, Measured[][] rows,
        Func<Measured, double> value, double bottom, double top)
    {
        using var plot = new Plot();
        foreach (var row in rows)
        {
            var line = plot.Add.Scatter(
                rates.Select(Math.Log10).ToArray(),
                row.Select(value).Select(each => double.IsFinite(each) ? each : top).ToArray());
            line.LegendText = Plain(row[0].Name);
            line.LineWidth = IsOurs(row[0]) ? 4 : 1.5f;
        }

        Ticks(plot, rates);
        plot.Axes.SetLimitsY(bottom, top * 1.03);
        plot.ShowLegend(Edge.Right);
        plot.Title(title);
        plot.XLabel("priority requests a second");
        Save(report, plot, folder, file, title);
    }

    static void Ticks(Plot plot, IReadOnlyList<double> values) =>
        plot.Axes.Bottom.SetTicks(
            [.. values.Select(Math.Log10)],
            [.. values.Select(value => DuelReport.Number(value, value < 0.1 ? 2 : value < 1 ? 1 : 0))]);

    static void Save(DuelReport report, Plot plot, string folder, string file, string caption)
    {
        plot.SavePng(Path.Combine(folder, file), Width, Height);
        report.Plot(file, caption);
    }

    static bool IsOurs(Measured row) => row.Name.Contains("slack", StringComparison.Ordinal);

    static string Plain(string name) => name.Replace("*", "", StringComparison.Ordinal);
}
