namespace SkillAi.Queue.Worker.Batching;

/// <summary>The warmed run sizes. Few enough to warm and to keep kernels tuned for each, dense enough to cost little:
/// 26 sizes up to 256, every step below a third. Other sizes are padded up to the next rung.</summary>
public static class Rungs
{
    static readonly int[] Small = [1, 2, 3, 4, 6, 8, 10, 12, 14, 16];

    /// <summary>The ladder up to <paramref name="maxRunItems"/>, which is always its last rung.</summary>
    public static int[] UpTo(int maxRunItems)
    {
        var rungs = new List<int>();
        foreach (var size in Small)
        {
            if (size < maxRunItems)
                rungs.Add(size);
        }

        // Four steps to each doubling: 20..32 by 4, 40..64 by 8, 80..128 by 16, 160..256 by 32.
        for (var step = 4; step * 4 < maxRunItems; step *= 2)
        {
            for (var size = step * 5; size <= step * 8 && size < maxRunItems; size += step)
                rungs.Add(size);
        }

        rungs.Add(maxRunItems);
        return [.. rungs];
    }

    /// <summary>The largest rung that is not above <paramref name="items"/>; the first when all are.</summary>
    public static int RoundDown(ReadOnlySpan<int> rungs, int items)
    {
        var at = rungs.BinarySearch(items);
        return at >= 0 ? items : rungs[Math.Max(0, ~at - 1)];
    }

    /// <summary>The smallest rung that holds <paramref name="items"/>; the last when none does.</summary>
    public static int RoundUp(ReadOnlySpan<int> rungs, int items)
    {
        var at = rungs.BinarySearch(items);
        return at >= 0 ? items : rungs[Math.Min(rungs.Length - 1, ~at)];
    }
}
