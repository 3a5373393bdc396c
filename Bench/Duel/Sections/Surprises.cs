namespace SkillAi.Queue.Bench.Duel.Sections;

/// <summary>What changes under a running system. A setting tuned by hand is tuned to one of these columns.</summary>
static class Surprises
{
    static readonly Scenario Slow = new();
    static readonly Scenario Flat = new() { Device = DeviceProfile.Flat, Length = 60_000 };

    static readonly (string Name, Scenario Scenario, double LimitFactor)[] Cases =
    [
        ("as tuned", Slow, 1),
        ("model 1.3x slower", Slow with { Slowness = _ => 1.3 }, 1.3),
        ("model 1.5x faster", Slow with { Slowness = _ => 1 / 1.5 }, 1 / 1.5),
        ("1.5x slower half way, and back", Slow with { Slowness = Drift }, 1),
        ("deadline 80 ms", Slow with { Deadlines = [80] }, 1),
        ("deadline 150 ms", Slow with { Deadlines = [150] }, 1),
        ("deadlines 60, 100 and 200 ms", Slow with { Deadlines = [60, 100, 200] }, 1),
        ("noise 6 %", Slow with { Noise = 0.06 }, 1),
        ("stalls 0.5 %", Slow with { Noise = 0.03, StallChance = 0.005 }, 1),
        ("warm-up half too short", Slow with { WarmUpError = 0.5 }, 1),
        ("warm-up twice too long", Slow with { WarmUpError = 2 }, 1),
        ("worker's clock 5 ms ahead", Slow with { ClockSkew = 5 }, 1),
        ("worker's clock 5 ms behind", Slow with { ClockSkew = -5 }, 1),
        ("another card: flat", Flat, 1),
        ("memory for 100 items, then 256 again", Memory(), 1),
    ];

    public static void Write(DuelReport report)
    {
        report.Heading(
            "Surprises",
            "20 requests a second, no setting touched: throughput in percent of pure bulk on the device as it then is "
            + "(and percent missed).");
        (string Name, Func<Scenario, Contestant> Make)[] contestants =
        [
            ("Triton-like, 13, tuned by hand", _ => new TritonLike(13)), ("the law", Rows.Law), ("as shipped", Rows.Shipped),
        ];
        var work =
            from surprise in Cases
            from contestant in contestants
            select (Func<Measured>)(() => Measured.Of(surprise.Scenario, contestant.Make));
        var cells = Measured.Parallel([.. work]);
        var rows = cells.Chunk(contestants.Length).ToArray();
        report.Table(
            ["surprise", .. contestants.Select(contestant => contestant.Name)],
            rows.Select((row, i) => row
                .Select(cell => Rows.Short(cell with { PercentOfLimit = cell.PercentOfLimit * Cases[i].LimitFactor }))
                .Prepend(Cases[i].Name)));

        for (var i = 0; i < Cases.Length; i++)
            report.Promise($"missed percent, {Cases[i].Name}", rows[i][^1].MissPercent, most: 1);
        report.Promise("misses in the 5 s after the slowdown, of about 100", AfterSlowdown(rows[3][^1]), most: 15);
        report.Promise("runs that did not fit the memory", rows[^1][^1].Tallies[0].OutOfMemory, 1, 12);
    }

    static double Drift(double now) => now is > 100_000 and < 200_000 ? 1.5 : 1;

    static double AfterSlowdown(Measured row) =>
        row.Tallies[0].Outcomes.Count(outcome => outcome is { Missed: true, Published: > 99_900 and < 105_000 });

    static Scenario Memory() => Flat with
    {
        UrgentRate = 50, Length = 300_000, MemoryItems = now => now is > 100_000 and < 200_000 ? 100 : 256,
    };
}
