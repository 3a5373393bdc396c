namespace SkillAi.Queue.Bench.Scaling;

/// <summary>A load and what to ask of the answer.</summary>
sealed record ScalingScenario(string Name, Func<int, double> Arrivals, int Seconds, int SurgeAt, int? SurgeEnd)
{
    const int Surge = 300;
    const int End = 1500;

    /// <summary>150 items/s, four times that for 20 minutes, then 200.</summary>
    public static ScalingScenario LoadTimesFour { get; } =
        new("load x4", time => Level(time), 3600, Surge, End);

    /// <summary>The same, each ten seconds up to 10 % more or less.</summary>
    public static ScalingScenario Noisy(int seed)
    {
        var random = new Random(seed);
        var noise = Enumerable.Range(0, 360).Select(_ => 0.9 + (0.2 * random.NextDouble())).ToArray();
        return new($"load x4, ±10 %, seed {seed}", time => Level(time) * noise[time / 10], 3600, Surge, End);
    }

    /// <summary>Five million items, all at once, on a pool that sleeps.</summary>
    public static ScalingScenario BacklogFromZero { get; } =
        new("5 million items", time => time == Surge ? 5_000_000 : 0, 900, Surge, SurgeEnd: null);

    static double Level(int time) => time < Surge ? 150 : time < End ? 600 : 200;
}
