using SkillAi.Queue.Contracts;
using SkillAi.Queue.Worker.Batching;

namespace SkillAi.Queue.Tests.Unit.Worker;

/// <summary>What need not run is counted as time that the device had for others.</summary>
public sealed class SavedTimeTests
{
    static readonly BatchingOptions ShortRuns = new() { MaxRunItems = 8 };

    static readonly string[] TwoShortOneLong = ["\"A\"", "\"B\"", $"\"{new string('P', 60)}\""];

    [Fact]
    public async Task Items_that_were_cancelled_or_expired_save_their_share_of_a_full_run_of_their_length()
    {
        await using var pipeline = Start();
        await pipeline.WarmAsync();
        pipeline.Cancellations.Cancel("cancelled");
        var late = pipeline.Time.GetUtcNow() - TimeSpan.FromMilliseconds(1);

        await pipeline.SettledAsync(pipeline.Job(TwoShortOneLong, id: "cancelled"));
        await pipeline.SettledAsync(pipeline.Request("expired", "\"A\"", deadline: late));

        var worth = pipeline.Served.Lanes.Worth(lengths: 2);
        Assert.All(worth, time => Assert.InRange(time.TotalMilliseconds, 0.5, 100));
        Assert.Equal((2 * worth[0] + worth[1]).TotalSeconds, pipeline.Saved(Lane.Bulk, "cancelled"), 1e-6);
        Assert.Equal(worth[0].TotalSeconds, pipeline.Saved(Lane.Priority, "expired"), 1e-6);
        Assert.Equal(0, pipeline.Saved(Lane.Bulk, "expired"));
    }

    [Fact]
    public async Task Items_that_ran_or_failed_save_nothing()
    {
        await using var pipeline = Start();

        await pipeline.SettledAsync(pipeline.Job("\"A\"", "no item"));

        Assert.Equal(0, pipeline.Saved(Lane.Bulk, "cancelled") + pipeline.Saved(Lane.Bulk, "expired"));
    }

    /// <summary>A device that takes a millisecond an item and two a run.</summary>
    static PipelineHarness Start() => new(batching: ShortRuns, lasts: items => TimeSpan.FromMilliseconds(2 + items));
}
