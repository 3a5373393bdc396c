namespace SkillAi.Queue.Bench.Duel.Traffic;

/// <summary>When priority requests are sent.</summary>
enum Pattern
{
    Poisson,
    /// <summary>Poisson within bursts; the rate is the mean over bursts and pauses.</summary>
    Bursts,
    /// <summary>Poisson within sessions; the rate is that within a session.</summary>
    Sessions,
}

/// <summary>Everything that a run depends on. Times are milliseconds, rates items a second.</summary>
sealed record Scenario
{
    public DeviceProfile Device { get; init; } = DeviceProfile.V100;
    public double UrgentRate { get; init; } = 20;
    public Pattern Pattern { get; init; } = Pattern.Poisson;
    public double OnMean { get; init; } = 2_000;
    public double OffMean { get; init; } = 8_000;

    /// <summary>Each request draws one of these.</summary>
    public double[] Deadlines { get; init; } = [100];

    public double Deadline => Deadlines[0];

    public double TransportFloor { get; init; } = 3;
    public double TransportJitter { get; init; } = 1;
    public double Output { get; init; } = 2;

    /// <summary>How far the worker's clock is ahead of the API's.</summary>
    public double ClockSkew { get; init; }

    public double Length { get; init; } = 300_000;
    public double WarmUp { get; init; } = 10_000;
    public double Noise { get; init; } = 0.02;
    public double StallChance { get; init; } = 0.0005;
    public double Stall { get; init; } = 30;
    public int MaxItems { get; init; } = 256;

    /// <summary>Bulk never ends; else it comes in jobs, or not at all.</summary>
    public bool EndlessBulk { get; init; } = true;
    public int JobItems { get; init; }
    public double JobEvery { get; init; }

    /// <summary>Factor on the device's times at a moment, for drift.</summary>
    public Func<double, double>? Slowness { get; init; }

    /// <summary>The most items that fit the device's memory at a moment.</summary>
    public Func<double, int>? MemoryItems { get; init; }

    /// <summary>Factor on what the warm-up sweep measured: a wrong table.</summary>
    public double WarmUpError { get; init; } = 1;

    /// <summary>From the order to terminate a run until the device is free.</summary>
    public double TerminateTime { get; init; } = 3;

    public int Seed { get; init; } = 1;

    public double Limit => Device.ItemsPerSecond(MaxItems);

    public double MeasuredSeconds => (Length - WarmUp) / 1000;
}
