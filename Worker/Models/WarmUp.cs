using SkillAi.Queue.Worker.Batching;

namespace SkillAi.Queue.Worker.Models;

/// <summary>The runs before the first real one: they pay for whatever a device does only once, size its memory
/// (largest run first) and measure the curve that the cost model starts from.</summary>
sealed class WarmUp(TimeProvider time, TimeSpan limit)
{
    const int TimedRuns = 3;

    readonly long _started = time.GetTimestamp();
    readonly TimeSpan[] _durations = new TimeSpan[TimedRuns];

    /// <summary>Measures the ends of every length's curve before the rungs between them, so that the limit costs detail
    /// rather than range. The longest length is measured at both ends however long it takes.</summary>
    /// <returns>For each length the largest rung that fits the device's memory.</returns>
    public int[] Run(IModel model, RunBatch batch, IReadOnlyList<int> lengths, CostModel cost)
    {
        var rungs = cost.RunSizes.ToArray();
        var largest = new int[lengths.Count];
        for (var bucket = lengths.Count - 1; bucket >= 0; bucket--)
        {
            largest[bucket] = FindLargest(model, batch, lengths[bucket], rungs);
            Measure(model, batch, lengths[bucket], largest[bucket], bucket, cost);
            Measure(model, batch, lengths[bucket], rungs[0], bucket, cost);
        }

        for (var rung = rungs.Length - 2; rung > 0; rung--)
        {
            for (var bucket = lengths.Count - 1; bucket >= 0 && !IsOver; bucket--)
            {
                if (rungs[rung] < largest[bucket])
                    Measure(model, batch, lengths[bucket], rungs[rung], bucket, cost);
            }
        }

        return largest;
    }

    bool IsOver => time.GetElapsedTime(_started) >= limit;

    static int FindLargest(IModel model, RunBatch batch, int length, int[] rungs)
    {
        for (var rung = rungs.Length - 1; ; rung--)
        {
            try
            {
                RunOnce(model, batch, length, rungs[rung]);
                return rungs[rung];
            }
            catch (ModelRunException failed) when (failed.Failure == RunFailure.OutOfMemory && rung > 0)
            {
                // The next smaller one may fit.
            }
        }
    }

    void Measure(IModel model, RunBatch batch, int length, int items, int bucket, CostModel cost)
    {
        RunOnce(model, batch, length, items);
        var timed = 0;
        while (timed < TimedRuns && (timed == 0 || !IsOver))
        {
            var started = time.GetTimestamp();
            RunOnce(model, batch, length, items);
            _durations[timed++] = time.GetElapsedTime(started);
        }

        _durations.AsSpan(0, timed).Sort();
        cost.Warm(bucket, items, _durations[timed / 2]);
    }

    /// <summary>One run of items that mean nothing.</summary>
    public static void RunOnce(IModel model, RunBatch batch, int length, int items, CancellationToken terminate = default)
    {
        batch.Open(items, length);
        Span<byte> text = stackalloc byte[Math.Min(length, 1024)];
        text.Fill((byte)'a');
        for (var item = 0; item < items; item++)
            batch.Add(text);

        model.Run(batch, terminate);
    }
}
