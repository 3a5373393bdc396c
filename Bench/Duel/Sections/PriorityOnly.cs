using static SkillAi.Queue.Bench.Duel.Report.DuelReport;

namespace SkillAi.Queue.Bench.Duel.Sections;

/// <summary>No bulk at all: a fixed batch waits for company that does not come.</summary>
static class PriorityOnly
{
    static readonly double[] Rates = [2, 10, 30, 100, 250];

    public static void Write(DuelReport report)
    {
        report.Heading("Priority only", "The slow card without bulk: p50 / p99 ms / percent missed.");
        Func<Scenario, Contestant>[] makers =
        [
            _ => new FixedShared(32, 100, 64), _ => new FixedShared(32, 50, 64), _ => new FixedShared(8, 10, 64),
            _ => new TritonLike(32), _ => new ClipperLike(100), _ => new BentoLike(256), Rows.Law, Rows.Shipped,
        ];
        var cells = Measured.Parallel([.. makers.SelectMany(make => Rates.Select<double, Func<Measured>>(
            rate => () => Measured.Of(At(rate), make)))]);
        var rows = cells.Chunk(Rates.Length).ToArray();
        report.Table(
            ["policy", .. Rates.Select(rate => $"{rate}/s")],
            rows.Select(row => row.Select(Cell).Prepend(row[0].Name)));

        report.Promise("fixed batch of 32 or 100 ms at 30/s misses half, percent", rows[0][2].MissPercent, 50, 58);
        for (var i = 0; i < 4; i++)
            report.Promise($"missed percent without bulk at {Rates[i]}/s", rows[^1][i].MissPercent, most: 0.1);
        report.Promise("median without bulk at 30/s, ms", rows[^1][2].P50, most: 27);
        report.Promise("99th percentile without bulk at 30/s, ms", rows[^1][2].P99, most: 48);
    }

    static Scenario At(double rate) =>
        new() { UrgentRate = rate, EndlessBulk = false, Length = rate < 5 ? 1_000_000 : 200_000 };

    static string Cell(Measured cell) =>
        $"{Number(cell.P50, 0)} / {Number(cell.P99, 0)} / {Number(cell.MissPercent)}";
}
