namespace SkillAi.Queue.Bench.Duel.Report;

/// <summary>One contestant in one scenario, over several seeds.</summary>
sealed record Measured(
    string Name, double P50, double P99, double MissPercent, double ItemsPerSecond, double PercentOfLimit,
    double MeanRun, double LongestBulkGap, IReadOnlyList<Tally> Tallies)
{
    public static Measured Of(
        Scenario scenario, Func<Scenario, Contestant> make, int seeds = 1, string? name = null)
    {
        var contestants = new Contestant[seeds];
        var tallies = new Tally[seeds];
        for (var i = 0; i < seeds; i++)
        {
            var seeded = scenario with { Seed = scenario.Seed + i };
            contestants[i] = make(seeded);
            tallies[i] = Solo.Run(seeded, contestants[i]);
        }

        return Over(tallies, name ?? contestants[0].Name);
    }

    public static Measured Over(IReadOnlyList<Tally> tallies, string name)
    {
        var latencies = tallies.SelectMany(tally => tally.Latencies).Order().ToArray();
        var urgent = tallies.Sum(tally => tally.Urgent);
        return new(
            name, Quantile(latencies, 0.5), Quantile(latencies, 0.99),
            urgent == 0 ? 0 : 100.0 * tallies.Sum(tally => tally.Missed) / urgent,
            tallies.Average(tally => tally.ItemsPerSecond), tallies.Average(tally => tally.PercentOfLimit),
            tallies.Average(tally => tally.MeanRun), tallies.Max(tally => tally.LongestBulkGap), tallies);
    }

    /// <summary>Runs all in parallel and keeps their order.</summary>
    public static T[] Parallel<T>(IReadOnlyList<Func<T>> work)
    {
        var results = new T[work.Count];
        System.Threading.Tasks.Parallel.For(0, work.Count, i => results[i] = work[i]());
        return results;
    }

    static double Quantile(double[] sorted, double part) =>
        sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(part * sorted.Length))];
}
