namespace SkillAi.Queue.Bench.Duel.Traffic;

/// <summary>What a run of n items takes on a device, in milliseconds, without noise.</summary>
sealed record DeviceProfile(string Name, Func<double, double> Cost)
{
    /// <summary>A V100's published table, 1/8/16/32 items at 58/210/320/380 a second, so L(n) = n / rate. Beyond 32 it
    /// continues with the slope of the least-squares line through those four points.</summary>
    public static DeviceProfile V100 { get; } = Table(
        "V100", [1, 8, 16, 32], [1000.0 / 58, 8000.0 / 210, 16000.0 / 320, 32000.0 / 380]);

    /// <summary>Nearly flat to 64 items, as small networks are on large cards.</summary>
    public static DeviceProfile Flat { get; } =
        new("flat", n => n <= 64 ? 6 + (0.02 * n) : 7.28 + (0.09 * (n - 64)));

    /// <summary>A device on which an item costs the same in any run.</summary>
    public static DeviceProfile Proportional { get; } = new("proportional", n => 4 + (5.5 * n));

    public double ItemsPerSecond(int items) => items / Cost(items) * 1000;

    /// <summary>The largest size, fractions allowed, that ends within the time; 0 when even one item does not.</summary>
    public double Largest(double milliseconds)
    {
        if (Cost(1) > milliseconds)
            return 0;

        double low = 1, high = 4096;
        for (var i = 0; i < 50; i++)
        {
            var middle = (low + high) / 2;
            if (Cost(middle) <= milliseconds)
                low = middle;
            else
                high = middle;
        }

        return low;
    }

    static DeviceProfile Table(string name, double[] sizes, double[] costs)
    {
        var meanSize = sizes.Average();
        var meanCost = costs.Average();
        var slope = sizes.Zip(costs, (x, y) => (x - meanSize) * (y - meanCost)).Sum()
            / sizes.Sum(x => (x - meanSize) * (x - meanSize));
        return new(name, n =>
        {
            var right = Array.FindIndex(sizes, size => n <= size);
            if (right == 0)
                return costs[0];
            if (right < 0)
                return costs[^1] + (slope * (n - sizes[^1]));
            var part = (n - sizes[right - 1]) / (sizes[right] - sizes[right - 1]);
            return costs[right - 1] + (part * (costs[right] - costs[right - 1]));
        });
    }
}
