namespace SkillAi.Queue.Bench.Duel.Sections;

/// <summary>Where 256 items take 25 ms there is no conflict to resolve, and nothing may be lost to having a law.</summary>
static class FlatCard
{
    public static void Write(DuelReport report)
    {
        report.Heading("The flat card", "256 items in 24.6 ms; 100 ms deadline, endless bulk, 90 s.");
        Func<Scenario, Contestant>[] makers =
        [
            _ => new FixedTwoLane(8, 10, 256), _ => new TritonLike(64), _ => new TritonLike(256),
            _ => new ClipperLike(100), _ => new BentoLike(256), Rows.Law, Rows.Shipped,
        ];
        foreach (var rate in new[] { 200.0, 2000 })
        {
            var scenario = new Scenario { Device = DeviceProfile.Flat, UrgentRate = rate, Length = 100_000 };
            var rows = Measured.Parallel(
                [.. makers.Select<Func<Scenario, Contestant>, Func<Measured>>(make => () => Measured.Of(scenario, make))]);
            report.Subheading($"At {rate} requests a second");
            report.Table(Rows.Columns, rows.Select(Rows.Full));
            report.Promise($"share of pure bulk on the flat card at {rate}/s", rows[^1].PercentOfLimit / 100, least: 0.99);
            report.Promise($"99th percentile on the flat card at {rate}/s, ms", rows[^1].P99, most: 60);
            report.Promise($"mean run on the flat card at {rate}/s", rows[^1].MeanRun, least: 255.5);
        }
    }
}
