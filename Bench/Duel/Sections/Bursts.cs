namespace SkillAi.Queue.Bench.Duel.Sections;

/// <summary>Traffic that comes and goes: what was learned in a lull must not hurt at the next burst.</summary>
static class Bursts
{
    static readonly double[] Means = [1, 5, 20, 40];

    public static void Write(DuelReport report)
    {
        report.Heading(
            "Bursts, sessions and jobs",
            "The slow card; bursts of 2 s in 10 s (peak five times the mean), sessions of 20 s at 30/s with 120 s of "
            + "silence, and jobs of 2,000 items every 10 s beside 20/s: percent of pure bulk (percent missed).");
        Func<Scenario, Contestant>[] makers =
        [
            _ => new TritonLike(8), _ => new TritonLike(13), _ => new ClipperLike(50), Rows.Law, Rows.Shipped,
        ];
        Scenario[] scenarios = [.. Means.Select(Burst), Session, Jobs];
        var cells = Measured.Parallel([.. makers.SelectMany(make => scenarios.Select<Scenario, Func<Measured>>(
            scenario => () => Measured.Of(scenario, make)))]);
        var rows = cells.Chunk(scenarios.Length).ToArray();
        report.Table(
            ["policy", .. Means.Select(mean => $"bursts, mean {mean}/s"), "sessions", "jobs"],
            rows.Select(row => row.Select(Rows.Short).Prepend(row[0].Name)));

        for (var i = 0; i < 3; i++)
            report.Promise($"missed percent in bursts of mean {Means[i]}/s", rows[^1][i].MissPercent, most: 1);
        report.Promise("missed percent in sessions", rows[^1][^2].MissPercent, most: 1);
        report.Promise("missed percent beside jobs", rows[^1][^1].MissPercent, most: 1);
        report.Promise("items a second beside jobs, of 220 that come", rows[^1][^1].ItemsPerSecond, least: 217);
    }

    static Scenario Burst(double mean) =>
        new() { UrgentRate = mean, Pattern = Pattern.Bursts, Length = mean < 5 ? 1_500_000 : 300_000 };

    static Scenario Session => new()
    {
        UrgentRate = 30, Pattern = Pattern.Sessions, OnMean = 20_000, OffMean = 120_000, Length = 3_000_000,
    };

    static Scenario Jobs => new() { EndlessBulk = false, JobItems = 2_000, JobEvery = 10_000 };
}
