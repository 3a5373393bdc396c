namespace SkillAi.Queue.Bench.Duel.Sections;

/// <summary>Every contestant at one load. The rivals' figures were found once before by an independent simulator; that
/// they are found again is what makes this one worth believing.</summary>
static class SlowCard
{
    static readonly (Func<Contestant> Make, double Percent, double Missed)[] Rivals =
    [
        (() => new FixedShared(256, 100, 512), 99.9, 100),
        (() => new FixedShared(32, 50, 64), 82.1, 100),
        (() => new FixedTwoLane(8, 10, 256), 92.8, 85),
        (() => new FixedTwoLane(8, 10, 32), 70.2, 21.9),
        (() => new FixedTwoLane(8, 10, 16), 57.8, 0.03),
        (() => new TritonLike(256), 99.9, 100),
        (() => new TritonLike(32), 82.1, 88),
        (() => new TritonLike(16), 69.1, 12),
        (() => new TritonLike(13), 61.7, 0.18),
        (() => new TritonLike(8), 45.4, 0.05),
        (() => new ClipperLike(100), 71.5, 20.9),
        (() => new ClipperLike(50), 54.9, 0),
        (() => new BentoLike(256), 99.4, 99),
        (() => new BentoLike(16), 66.9, 87),
    ];

    public static Measured[] Write(DuelReport report)
    {
        var scenario = new Scenario();
        report.Heading(
            "The slow card at 20 requests a second",
            "V100 table, 100 ms deadline, endless bulk, Poisson arrivals, two seeds of 290 s. Latency counts from the "
            + "intended send time; shed and unanswered requests are in the percentiles, as `never`.");
        var work = Rivals.Select<(Func<Contestant> Make, double, double), Func<Measured>>(
            rival => () => Measured.Of(scenario, _ => rival.Make(), seeds: 2)).ToList();
        work.Add(() => Measured.Of(scenario, Rows.Law, seeds: 2));
        work.Add(() => Measured.Of(scenario, Rows.Shipped, seeds: 2));
        var rows = Measured.Parallel(work);
        report.Table(Rows.Columns, rows.Select(Rows.Full));

        for (var i = 0; i < Rivals.Length; i++)
        {
            var (_, percent, missed) = Rivals[i];
            report.Promise($"{rows[i].Name} reproduces its throughput", rows[i].PercentOfLimit, percent - 3, percent + 3);
            report.Promise($"{rows[i].Name} reproduces its misses", rows[i].MissPercent, missed - 2, missed + 2);
        }

        report.Promise("the law's throughput at 20/s", rows[^2].PercentOfLimit, least: 70);
        report.Promise("99th percentile as shipped at 20/s, ms", rows[^1].P99, most: 95);
        report.Promise("longest bulk gap at 20/s, ms", rows[^1].LongestBulkGap, most: 500);
        return rows;
    }
}
