using static SkillAi.Queue.Bench.Duel.Report.DuelReport;

namespace SkillAi.Queue.Bench.Duel.Sections;

/// <summary>Several workers: the priority lane bound to few of them leaves the others to pure bulk.</summary>
static class Workers
{
    static readonly (int Workers, double Rate)[] Fleets = [(2, 40), (4, 80), (8, 160), (4, 20), (8, 20)];

    public static void Write(DuelReport report)
    {
        report.Heading(
            "Several workers",
            "The slow card, as shipped, 190 s: percent of all workers' pure bulk (percent missed) p99 ms.");
        int?[] bindings = [null, 2, 1];
        var cells = Measured.Parallel([.. bindings.SelectMany(consumers => Fleets.Select<(int, double), Func<Measured?>>(
            fleet => () => consumers > fleet.Item1 ? null : Run(fleet.Item1, consumers ?? fleet.Item1, fleet.Item2)))]);
        var rows = cells.Chunk(Fleets.Length).ToArray();
        report.Table(
            ["priority lane on", .. Fleets.Select(fleet => $"{fleet.Workers} workers, {fleet.Rate}/s")],
            rows.Select((row, i) => row.Select(Cell).Prepend(bindings[i] is { } k ? $"{k} of them" : "every worker")));
        var killed = Run(4, 2, 80, diesAt: 100_000);
        report.Table(
            ["one of two priority workers killed half way", "4 workers, 80/s"],
            [["2, then 1 of them", Cell(killed)]]);

        report.Promise("four workers, two of them for priority, 80/s: percent", rows[1][1]!.PercentOfLimit, least: 82);
        report.Promise("missed percent there", rows[1][1]!.MissPercent, most: 1);
        report.Promise("99th percentile after one of them was killed, ms", killed.P99, most: 100);
    }

    static Measured Run(int workers, int consumers, double rate, double diesAt = double.PositiveInfinity)
    {
        var scenario = new Scenario { UrgentRate = rate, Length = 200_000 };
        var fleet = new Fleet(scenario, workers, consumers, Rows.Shipped) { DiesAt = diesAt };
        return Measured.Over(fleet.Run(), "");
    }

    static string Cell(Measured? cell) => cell is null ? "–" : $"{Rows.Short(cell)} {Number(cell.P99, 0)}";
}
