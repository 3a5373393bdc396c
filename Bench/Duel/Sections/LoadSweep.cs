namespace SkillAi.Queue.Bench.Duel.Sections;

/// <summary>All loads from silence to the edge, against the best static setting chosen for each in hindsight.</summary>
static class LoadSweep
{
    public static readonly double[] Rates = [0.2, 1, 5, 20, 50, 100, 150, 200];

    static readonly (Func<Scenario, Contestant> Make, double[] Percent, double[] Missed)[] Rivals =
    [
        (_ => new TritonLike(8), [45.4, 45.4, 45.3, 45.4, 45.4, 45.3, 45.3, 45.3], [0.2, 0.1, 0.1, 0.1, 0, 0.1, 0.9, 47]),
        (_ => new TritonLike(13), [61.7, 61.7, 61.6, 61.6, 61.6, 61.6, 61.6, 61.6], [0.2, 0.1, 0.2, 0.2, 0.2, 0.2, 0.4, 1.9]),
        (_ => new ClipperLike(50), [67.8, 67, 63.5, 54.7, 44.1, 35.5, 35.9, 43.6], [0, 0, 0.1, 0, 0, 0, 0.1, 0.2]),
        (_ => new FixedTwoLane(8, 10, 16), [68.9, 68.2, 64.8, 57.6, 50.8, 44.2, 41.1, 44.1], [0, 0, 0.1, 0, 0.3, 1.4, 3, 44]),
    ];

    static readonly Func<Scenario, Contestant>[] Ours = [Rows.Law, Rows.Shipped];

    public static Scenario At(double rate) =>
        new() { UrgentRate = rate, Length = rate < 2 ? 3_000_000 : 300_000 };

    public static Measured[][] Write(DuelReport report)
    {
        report.Heading(
            "From silence to the edge",
            "The slow card at every load: throughput in percent of pure bulk (and percent of priority requests "
            + "missed). The hindsight row is the best of 196 static settings, chosen for each load on that very trace.");
        var makers = Rivals.Select(rival => rival.Make).Concat(Ours).ToArray();
        var cells = Measured.Parallel(
            [.. makers.SelectMany(make => Rates.Select<double, Func<Measured>>(rate => () => Measured.Of(At(rate), make)))]);
        var rows = cells.Chunk(Rates.Length).ToList();
        rows.Add([.. Rates.Select(HindsightAt)]);
        report.Table(
            ["policy", .. Rates.Select(rate => $"{rate}/s")],
            rows.Select(row => row.Select(Rows.Short).Prepend(row[0].Name)));

        for (var i = 0; i < Rivals.Length; i++)
            Reproduces(report, rows[i], Rivals[i].Percent, Rivals[i].Missed);
        Holds(report, "law", rows[^3], rows[^1], share: 0.97);
        Holds(report, "as shipped", rows[^2], rows[^1], share: 0.94);
        return [.. rows];
    }

    static Measured HindsightAt(double rate)
    {
        var scenario = At(rate) with { Length = 300_000 };
        var make = Hindsight.Find(scenario) ?? throw new InvalidOperationException("No static setting holds.");
        return Measured.Of(scenario, _ => make(), seeds: 2, "static, chosen in hindsight");
    }

    static void Reproduces(DuelReport report, Measured[] row, double[] percent, double[] missed)
    {
        for (var i = 0; i < Rates.Length; i++)
        {
            var name = $"{row[i].Name} at {Rates[i]}/s reproduces its";
            report.Promise($"{name} throughput", row[i].PercentOfLimit, percent[i] - 3, percent[i] + 3);
            report.Promise($"{name} misses", row[i].MissPercent, missed[i] - 2, missed[i] + 2);
        }
    }

    static void Holds(DuelReport report, string which, Measured[] ours, Measured[] best, double share)
    {
        for (var i = 0; i < Rates.Length; i++)
        {
            report.Promise($"missed percent at {Rates[i]}/s, {which}", ours[i].MissPercent, most: 1);
            report.Promise(
                $"share of the hindsight static at {Rates[i]}/s, {which}",
                ours[i].PercentOfLimit / best[i].PercentOfLimit, least: share);
        }
    }
}
