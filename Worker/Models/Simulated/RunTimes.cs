using SkillAi.Queue.Contracts.Models;

namespace SkillAi.Queue.Worker.Models.Simulated;

/// <summary>How long each run takes: the table's time, with the device's noise and stalls. The same seed, the same times.</summary>
sealed class RunTimes(SimulatedDevice device)
{
    readonly CostTable _cost = new(device.Cost);
    readonly Lock _gate = new();
    readonly Random _chance = new(device.Seed);

    public TimeSpan Next(int items)
    {
        var duration = _cost.Of(items);
        lock (_gate)
            return Disturbed(duration);
    }

    TimeSpan Disturbed(TimeSpan duration)
    {
        if (device.Noise > 0)
            duration *= Math.Max(0.1, 1 + (device.Noise * NextGaussian()));

        if (device.StallShare > 0 && _chance.NextDouble() < device.StallShare)
            duration += TimeSpan.FromMilliseconds(device.StallMs);

        return duration;
    }

    double NextGaussian() =>
        Math.Sqrt(-2 * Math.Log(1 - _chance.NextDouble())) * Math.Cos(2 * Math.PI * _chance.NextDouble());
}
