using static SkillAi.Queue.Bench.Duel.Report.DuelReport;

namespace SkillAi.Queue.Bench.Duel.Sections;

/// <summary>More priority than the device can serve: who answers how many in time, and what bulk keeps.</summary>
static class Overload
{
    static readonly double[] Rates = [200, 250, 300, 400, 600];

    public static void Write(DuelReport report)
    {
        report.Heading(
            "Overload",
            "The slow card, 60 s: priority requests a second answered in time (and bulk items a second).");
        (string Name, Func<Scenario, Contestant> Make)[] contestants =
        [
            ("Triton-like, 13", _ => new TritonLike(13)),
            ("Triton-like, 32, rejects after 60 ms", _ => new TritonLike(32, reject: 60)),
            ("Clipper-like AIMD, 50 ms", _ => new ClipperLike(50)),
            ("BentoML-like, bulk 16", _ => new BentoLike(16)),
            ("**slack quantum**, the law", Rows.Law),
            ("**slack quantum**, as shipped", Rows.Shipped),
        ];
        var cells = Measured.Parallel([.. contestants.SelectMany(contestant => Rates.Select<double, Func<Measured>>(
            rate => () => Measured.Of(At(rate), contestant.Make, seeds: 2, contestant.Name)))]);
        var rows = cells.Chunk(Rates.Length).ToArray();
        report.Table(
            ["policy", .. Rates.Select(rate => $"{rate}/s")],
            rows.Select(row => row.Select(Cell).Prepend(row[0].Name)));

        for (var i = 0; i < Rates.Length; i++)
        {
            report.Promise(
                $"share of what could be answered in time at {Rates[i]}/s, law",
                InTime(rows[^2][i]) / Math.Min(Rates[i], 300), least: 0.9);
            report.Promise(
                $"bulk's share of device time at {Rates[i]}/s, law",
                rows[^2][i].Tallies.Average(tally => tally.BulkTime / tally.BusyTime), least: 0.045);
        }
    }

    static Scenario At(double rate) => new() { UrgentRate = rate, Length = 60_000 };

    static string Cell(Measured cell) =>
        $"{Number(InTime(cell), 0)} ({Number(cell.Tallies.Average(tally => tally.BulkItems / 50), 0)})";

    static double InTime(Measured cell) => cell.Tallies.Average(tally => tally.InTime / 50.0);
}
