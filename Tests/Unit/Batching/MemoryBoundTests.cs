using SkillAi.Queue.Worker.Batching;

namespace SkillAi.Queue.Tests.Unit.Batching;

public sealed class MemoryBoundTests
{
    static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    [Fact]
    public void A_run_that_did_not_fit_lowers_the_bound_to_four_fifths_of_it()
    {
        var bound = new MemoryBound(Rungs.UpTo(256));

        bound.Exceeded(At(0), 200);

        Assert.Equal(160, bound.Items);
    }

    [Fact]
    public void After_ten_seconds_it_rises_by_one_rung_each_and_back_to_the_top()
    {
        var bound = new MemoryBound(Rungs.UpTo(256));
        bound.Exceeded(At(0), 256);

        bound.Fitted(At(9));
        var before = bound.Items;
        bound.Fitted(At(11));
        var after = bound.Items;
        for (var second = 12; second < 60; second++)
            bound.Fitted(At(second));

        Assert.Equal((204, 224, 256), (before, after, bound.Items));
    }

    [Fact]
    public void Each_failed_probe_doubles_the_peace_before_the_next_up_to_ten_minutes()
    {
        var bound = new MemoryBound(Rungs.UpTo(256));
        var now = 0.0;
        var probes = new List<double>();
        bound.Exceeded(At(now), 200);
        var last = now;
        while (probes.Count < 9)
        {
            var before = bound.Items;
            bound.Fitted(At(now += 1));
            if (bound.Items == before)
                continue;

            probes.Add(now - last);
            bound.Exceeded(At(now), 200);
            last = now;
        }

        Assert.Equal([10, 20, 40, 80, 160, 320, 600, 600, 600], probes);
    }

    [Fact]
    public void It_never_falls_below_one_item()
    {
        var bound = new MemoryBound(Rungs.UpTo(256));
        for (var i = 0; i < 100; i++)
            bound.Exceeded(At(i), bound.Items);

        Assert.Equal(1, bound.Items);
    }
}
