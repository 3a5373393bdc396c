using SkillAi.Queue.Worker.Batching;
using static SkillAi.Queue.Bench.Duel.Report.DuelReport;

namespace SkillAi.Queue.Bench.Duel.Sections;

/// <summary>How far from the best that anyone could do, and what a way out of a long run brings.</summary>
static class AgainstClairvoyant
{
    static readonly (string Name, Pattern Pattern, double Rate)[] Loads =
    [
        ("1/s", Pattern.Poisson, 1), ("5/s", Pattern.Poisson, 5), ("20/s", Pattern.Poisson, 20),
        ("50/s", Pattern.Poisson, 50), ("100/s", Pattern.Poisson, 100), ("150/s", Pattern.Poisson, 150),
        ("bursts, mean 5/s", Pattern.Bursts, 5), ("bursts, mean 20/s", Pattern.Bursts, 20),
    ];

    static readonly Exit Terminate = new(WayOut.Terminate, TimeSpan.FromMilliseconds(3), 0);

    public static void Write(DuelReport report)
    {
        report.Heading(
            "Against a clairvoyant",
            "A dynamic programme that knows every arrival, on a 4 ms grid, at most 1 % missed; three traces of 40 s "
            + "each, without warm-up. Cells: part of the clairvoyant's throughput (percent missed). The second stream "
            + "may exceed the bound, which has one.");
        var cells = Measured.Parallel([.. Loads.Select<(string, Pattern, double), Func<Cell[]>>(
            load => () => Row(load.Item2, load.Item3))]);
        report.Table(
            ["load", "clairvoyant, % of pure bulk", "law", "as shipped", "law, terminate", "as shipped, terminate",
                "law, second stream", "as shipped, second stream"],
            cells.Select((row, i) => row.Skip(1)
                .Select(cell => $"{Number(cell.Rate / row[0].Rate, 2)} ({Number(cell.Missed, 1)})")
                .Prepend(Number(100 * row[0].Rate / new Scenario().Limit)).Prepend(Loads[i].Name)));
        Promises(report, cells);
    }

    static void Promises(DuelReport report, Cell[][] cells)
    {
        for (var i = 0; i < Loads.Length; i++)
        {
            var (name, pattern, rate) = Loads[i];
            var best = cells[i][0].Rate;
            if (pattern == Pattern.Poisson && rate >= 20)
            {
                report.Promise($"part of the clairvoyant at {name}, law", cells[i][1].Rate / best, least: 0.90);
                report.Promise($"part of the clairvoyant at {name}, as shipped", cells[i][2].Rate / best, least: 0.86);
            }

            if (pattern == Pattern.Poisson && rate <= 5)
            {
                report.Promise($"the same with terminate at {name}, law", cells[i][3].Rate / best, least: 0.86);
                report.Promise($"the same with terminate at {name}, as shipped", cells[i][4].Rate / best, least: 0.83);
            }

            if (pattern == Pattern.Poisson && rate <= 20)
            {
                report.Promise($"the same with a second stream at {name}, law", cells[i][5].Rate / best, least: 0.95);
                report.Promise($"the same with a second stream at {name}, as shipped", cells[i][6].Rate / best, least: 0.91);
            }
        }
    }

    static Cell[] Row(Pattern pattern, double rate)
    {
        var scenarios = Enumerable.Range(11, 3).Select(seed => new Scenario
        {
            UrgentRate = rate, Pattern = pattern, Length = 40_000, WarmUp = 0, Seed = seed,
        }).ToArray();
        Cell Mean(Func<Scenario, Tally> run)
        {
            var tallies = scenarios.Select(run).ToArray();
            return new(tallies.Average(tally => tally.ItemsPerSecond), tallies.Average(tally => tally.MissPercent));
        }

        return
        [
            new(scenarios.Average(Clairvoyant.ItemsPerSecond), 1),
            Mean(scenario => Solo.Run(scenario, Rows.Law(scenario))),
            Mean(scenario => Solo.Run(scenario, Rows.Shipped(scenario))),
            Mean(scenario => Solo.Run(scenario, new Ours(scenario, Ours.Law, exit: Terminate))),
            Mean(scenario => Solo.Run(scenario, new Ours(scenario, exit: Terminate))),
            Mean(scenario => new TwoStreams(scenario, Ours.Law, share: 0.5).Run()),
            Mean(scenario => new TwoStreams(scenario, configure: null, share: 0.5).Run()),
        ];
    }

    readonly record struct Cell(double Rate, double Missed);
}
