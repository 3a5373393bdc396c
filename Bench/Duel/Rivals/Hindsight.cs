namespace SkillAi.Queue.Bench.Duel.Rivals;

/// <summary>The best static setting for a scenario, chosen by trying them all on it: what nobody has beforehand.</summary>
static class Hindsight
{
    const double MostMisses = 0.9;
    static readonly int[] BulkOnly =
        [2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 48, 64, 128, 256];
    static readonly int[] WithUrgent = [1, 3, 6, 8, 10, 11, 12, 13, 14, 16, 18, 20, 24, 28, 64, 256];

    /// <summary>A maker of the best setting; null when none keeps misses below 0.9 %.</summary>
    public static Func<Contestant>? Find(Scenario scenario)
    {
        var length = scenario.Pattern == Pattern.Poisson
            ? Math.Clamp(1_500_000 / scenario.UrgentRate, 100_000, scenario.UrgentRate < 1 ? 3_000_000 : 1_500_000)
            : scenario.Length;
        var settings = Settings().ToArray();
        var results = new (double Misses, double Items)[settings.Length];
        Parallel.For(0, settings.Length, i =>
        {
            var tally = Solo.Run(scenario with { Length = length }, Make(settings[i])(), hopeless: 2000);
            results[i] = (tally.MissPercent, tally.ItemsPerSecond);
        });

        var best = Enumerable.Range(0, settings.Length)
            .Where(i => results[i].Misses <= MostMisses)
            .OrderByDescending(i => results[i].Items)
            .Select(i => (int?)i)
            .FirstOrDefault();
        return best is { } found ? Make(settings[found]) : null;
    }

    static IEnumerable<(int BulkOnly, int WithUrgent, bool Mixed)> Settings() =>
        BulkOnly.SelectMany(bulk => WithUrgent.Where(size => size <= bulk).Select(size => (bulk, size, true)))
            .Concat(BulkOnly.Select(bulk => (bulk, 64, false)));

    static Func<Contestant> Make((int BulkOnly, int WithUrgent, bool Mixed) setting) =>
        () => new Static(setting.BulkOnly, setting.WithUrgent, setting.Mixed);
}
