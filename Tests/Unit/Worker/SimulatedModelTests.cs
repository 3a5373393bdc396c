using System.Text;
using Microsoft.Extensions.Time.Testing;
using SkillAi.Queue.Contracts.Models;
using SkillAi.Queue.Worker.Batching;
using SkillAi.Queue.Worker.Models;
using SkillAi.Queue.Worker.Models.Simulated;

namespace SkillAi.Queue.Tests.Unit.Worker;

public sealed class SimulatedModelTests
{
    static readonly SimulatedDevice V100 = new() { Cost = [new(1, 17), new(8, 38), new(16, 50), new(32, 84)] };

    [Theory]
    [InlineData(1, 17)]
    [InlineData(8, 38)]
    [InlineData(12, 44)]
    [InlineData(48, 118)]
    public void Time_follows_the_table_and_beyond_it_the_last_slope(int items, double milliseconds)
    {
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), new CostTable(V100.Cost).Of(items));
    }

    [Fact]
    public async Task A_run_lasts_no_shorter_than_the_table_says()
    {
        var time = new FakeTimeProvider();
        using var model = new SimulatedModel(V100, time);

        var run = Task.Factory.StartNew(() => model.Run(Batch(8)), TaskCreationOptions.LongRunning);
        var elapsed = await AdvanceUntilDone(time, run);

        // The thread may see the clock late, never early.
        Assert.InRange(elapsed, TimeSpan.FromMilliseconds(38), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Two_runs_at_once_slow_each_other_and_what_is_left_goes_on_at_full_speed()
    {
        var time = new FakeTimeProvider();
        var clock = new DeviceClock(time, share: 0.5);
        using var longer = clock.Enter(TimeSpan.FromMilliseconds(100));
        time.Advance(TimeSpan.FromMilliseconds(40));
        using (var shorter = clock.Enter(TimeSpan.FromMilliseconds(10)))
        {
            Assert.Equal((120, 20), (longer.Left.TotalMilliseconds, shorter.Left.TotalMilliseconds));
            time.Advance(TimeSpan.FromMilliseconds(20));
            Assert.True(shorter.WaitForEnd());
        }

        Assert.Equal(50, longer.Left.TotalMilliseconds);
    }

    [Fact]
    public void A_free_device_waits_for_nothing()
    {
        using var model = new SimulatedModel(new() { Cost = [new(1, 0)] }, new FakeTimeProvider());

        model.Run(Batch(256));
    }

    [Fact]
    public void More_than_fits_the_memory_is_refused_as_that()
    {
        using var model = new SimulatedModel(V100 with { Cost = [new(1, 0)], MemoryItems = 100 }, new FakeTimeProvider());

        Assert.Equal(RunFailure.OutOfMemory, Assert.Throws<ModelRunException>(() => model.Run(Batch(101))).Failure);
        model.Run(Batch(100));
    }

    [Fact]
    public void A_timer_that_fires_when_its_run_has_ended_hurts_nobody()
    {
        var time = new LateTimers();
        new DeviceClock(time, share: 0.5).Enter(TimeSpan.FromMilliseconds(1)).Dispose();

        time.Fire();
    }

    [Fact]
    public void A_run_with_a_text_that_it_refuses_fails_as_rejected_and_was_not_run()
    {
        var path = Path.GetTempFileName();
        using (var model = new SimulatedModel(
            new() { Cost = [new(1, 0)], Refuses = "poison" }, new FakeTimeProvider(), new RunLog(path)))
        {
            Assert.Equal(RunFailure.Rejected, Assert.Throws<ModelRunException>(() => Run(model, "good", "poison 1")).Failure);
            Run(model, "good", "a poison");
        }

        Assert.Equal(["good", "a poison"], File.ReadAllLines(path));
        File.Delete(path);

        static void Run(SimulatedModel model, params string[] texts)
        {
            var batch = new RunBatch(8, 16, 1);
            batch.Open(8, 16);
            foreach (var text in texts)
                batch.Add(Encoding.UTF8.GetBytes(text));

            batch.Close();
            model.Run(batch);
        }
    }

    [Fact]
    public void What_it_runs_is_written_down_before_it_is_run()
    {
        var path = Path.GetTempFileName();
        using (var model = new SimulatedModel(new() { Cost = [new(1, 0)] }, new FakeTimeProvider(), new RunLog(path)))
        {
            var batch = new RunBatch(8, 16, 1);
            batch.Open(8, 16);
            batch.Add("one"u8);
            batch.Add("two"u8);
            batch.Close();
            model.Run(batch);

            // Seen while it is still open: what a process that is killed now leaves behind.
            using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            Assert.Equal("one\ntwo\n", reader.ReadToEnd());
        }

        File.Delete(path);
    }

    [Fact]
    public void Scores_depend_on_the_text_alone()
    {
        using var model = new SimulatedModel(new() { Cost = [new(1, 0)] }, new FakeTimeProvider());
        var (small, large) = (new RunBatch(2, 16, 3), new RunBatch(8, 64, 3));
        small.Open(2, 16);
        small.Add("one text"u8);
        small.Add("another text"u8);
        large.Open(8, 64);
        large.Add("another text"u8);

        model.Run(small);
        model.Run(large);

        Assert.Equal(small.Scores(1).ToArray(), large.Scores(0).ToArray());
        Assert.NotEqual(small.Scores(0).ToArray(), small.Scores(1).ToArray());
        Assert.All(small.Scores(0).ToArray(), score => Assert.InRange(score, 0f, 1f));
    }

    [Fact]
    public void Noise_and_stalls_repeat_with_the_seed_and_keep_the_mean()
    {
        var noisy = V100 with { Noise = 0.1, StallShare = 0.1, StallMs = 100 };
        var (first, second) = (new RunTimes(noisy), new RunTimes(noisy));

        var times = Enumerable.Range(0, 10_000).Select(_ => first.Next(8).TotalMilliseconds).ToList();

        Assert.All(times, time => Assert.Equal(time, second.Next(8).TotalMilliseconds));
        Assert.Equal(38 + 10, times.Average(), 1.0);
        Assert.InRange(times.Count(time => time > 100), 800, 1_200);
    }

    [Fact]
    public void Warm_up_finds_the_curve_and_the_memory()
    {
        var time = new SteppingTime();
        using var model = new SimulatedModel(new() { Cost = [new(1, 0)], MemoryItems = 100 }, time);
        var cost = new CostModel(Rungs.UpTo(256), lengthBuckets: 2);

        var largest = new WarmUp(time, TimeSpan.FromSeconds(3)).Run(model, new RunBatch(256, 64, 3), [16, 64], cost);

        Assert.Equal([96, 96], largest);
        Assert.Equal(SteppingTime.RunMilliseconds, cost.Predict(1, 32).TotalMilliseconds, 1e-6);
    }

    static async Task<TimeSpan> AdvanceUntilDone(FakeTimeProvider time, Task run)
    {
        var started = time.GetUtcNow();
        while (!run.IsCompleted)
        {
            // The thread needs a moment to start waiting, or to see that it may go on.
            if (await Task.WhenAny(run, Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System)) != run)
                time.Advance(TimeSpan.FromMilliseconds(1));
        }

        await run;
        return time.GetUtcNow() - started;
    }

    static RunBatch Batch(int items)
    {
        var batch = new RunBatch(items, 16, 3);
        batch.Open(items, 16);
        for (var i = 0; i < items; i++)
            batch.Add("text"u8);

        return batch;
    }

    /// <summary>Every look at the clock takes a tenth of a millisecond.</summary>
    sealed class SteppingTime : TimeProvider
    {
        /// <summary>The device looks when a run comes and when it asks for its end, which is at once; the warm-up looks
        /// before and after, and the device once more as the run leaves.</summary>
        public const double RunMilliseconds = 0.4;

        long _now;

        public override long TimestampFrequency => 10_000;

        public override long GetTimestamp() => Interlocked.Increment(ref _now);
    }

    /// <summary>As a timer may that was about to fire when it was disposed of.</summary>
    sealed class LateTimers : TimeProvider
    {
        Action? _fire;

        public void Fire() => _fire!();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _fire = () => callback(state);
            return base.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
