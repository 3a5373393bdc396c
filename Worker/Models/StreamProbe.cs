using SkillAi.Queue.Worker.Batching;

namespace SkillAi.Queue.Worker.Models;

/// <summary>What is known of a device's runs before it is probed.</summary>
/// <param name="Items">In the longest run.</param>
/// <param name="Longest">Its expected time.</param>
/// <param name="Shortest">Expected time of a run of one.</param>
readonly record struct KnownRuns(int Items, TimeSpan Longest, TimeSpan Shortest);

/// <summary>Finds out at warm-up whether a device runs one item beside a long run, and how much slower than alone. A
/// device that takes one after the other only makes it wait, which shows as a share near none.</summary>
sealed class StreamProbe(TimeProvider time, TimeSpan target)
{
    /// <summary>By how much two at once may last longer than one after the other, to be worth it.</summary>
    const double Together = 1.1;

    /// <param name="isForced">Whether to use it however slow it is, as long as two runs fit the device at all.</param>
    public Exit Find(IModel model, RunBatch first, RunBatch second, int length, in KnownRuns known, bool isForced)
    {
        // As for terminating: nothing is ever oversized.
        if (known.Longest < target / 2)
            return default;

        var beside = new TimeSpan[ProbeTimes.Probes];
        var both = new TimeSpan[ProbeTimes.Probes];
        try
        {
            for (var probe = 0; probe < beside.Length; probe++)
                (beside[probe], both[probe]) = Measure(model, first, second, length, known);
        }
        catch (ModelRunException failed) when (failed.Failure == RunFailure.OutOfMemory)
        {
            return default;
        }

        var share = Math.Min(1, known.Shortest / ProbeTimes.Usual(beside));
        var isInTime = 2 * known.Shortest / share <= target;
        var isCheap = ProbeTimes.Usual(both) <= (known.Longest + known.Shortest) * Together;
        return isForced || (isInTime && isCheap) ? new(WayOut.SecondStream, default, share) : default;
    }

    (TimeSpan Beside, TimeSpan Both) Measure(IModel model, RunBatch first, RunBatch second, int length, in KnownRuns known)
    {
        var started = time.GetTimestamp();
        var items = known.Items;
        using var isUnderWay = new CancellationTokenSource(known.Longest / 4, time);
        // A thread of its own, since a run blocks one.
        var longest = Task.Factory.StartNew(
            () => WarmUp.RunOnce(model, first, length, items),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        isUnderWay.Token.WaitHandle.WaitOne();
        TimeSpan beside;
        try
        {
            var begun = time.GetTimestamp();
            WarmUp.RunOnce(model, second, length, 1);
            beside = time.GetElapsedTime(begun);
        }
        finally
        {
            // Whatever becomes of the short one: the memory of the long one is in use until its end.
            longest.GetAwaiter().GetResult();
        }

        return (beside, time.GetElapsedTime(started));
    }
}
