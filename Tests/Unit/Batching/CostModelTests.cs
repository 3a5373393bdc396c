using SkillAi.Queue.Worker.Batching;
using static SkillAi.Queue.Tests.Unit.Batching.Given;

namespace SkillAi.Queue.Tests.Unit.Batching;

public sealed class CostModelTests
{
    [Theory]
    [InlineData(1, 12)]
    [InlineData(5, 20)]
    [InlineData(1.5, 13)]
    [InlineData(256, 522)]
    [InlineData(300, 610)]
    public void Sizes_between_and_beyond_the_warmed_ones_lie_on_the_line(double items, double expected) =>
        Assert.Equal(expected, Cost().Predict(0, items).TotalMilliseconds, 3);

    [Fact]
    public void A_device_that_slows_down_by_half_is_followed_within_five_runs()
    {
        var cost = Cost();
        for (var run = 0; run < 50; run++)
            cost.Learn(0, 16, Ms(CostMs(0, 16)));

        for (var run = 0; run < 5; run++)
            cost.Learn(0, 16, Ms(1.5 * CostMs(0, 16)));

        Assert.Equal(1.5 * CostMs(0, 64), cost.Predict(0, 64).TotalMilliseconds, 0.05 * CostMs(0, 64));
    }

    [Fact]
    public void Single_stalls_change_nothing()
    {
        var cost = Cost();
        for (var run = 0; run < 100; run++)
            cost.Learn(0, 16, Ms(CostMs(0, 16) * (run % 10 == 0 ? 10 : 1)));

        Assert.Equal(CostMs(0, 16), cost.Predict(0, 16).TotalMilliseconds, 0.05 * CostMs(0, 16));
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(2)]
    public void A_wrong_warm_up_table_is_made_good_within_twenty_runs(double error)
    {
        var cost = new CostModel(Rungs.UpTo(256), 1);
        foreach (var rung in cost.RunSizes)
            cost.Warm(0, rung, Ms(error * CostMs(0, rung)));
        var sizes = new[] { 1, 8, 32, 64 };

        for (var run = 0; run < 20; run++)
            cost.Learn(0, sizes[run % sizes.Length], Ms(CostMs(0, sizes[run % sizes.Length])));

        foreach (var size in cost.RunSizes)
            Assert.Equal(CostMs(0, size), cost.Predict(0, size).TotalMilliseconds, 0.1 * CostMs(0, size));
    }

    [Fact]
    public void A_curve_that_is_wrong_at_one_size_only_is_corrected_there()
    {
        var cost = Cost();
        cost.Warm(0, 64, Ms(0.8 * CostMs(0, 64)));

        for (var run = 0; run < 300; run++)
        {
            foreach (var size in new[] { 16, 32, 64 })
                cost.Learn(0, size, Ms(CostMs(0, size)));
        }

        Assert.Equal(CostMs(0, 64), cost.Predict(0, 64).TotalMilliseconds, 0.04 * CostMs(0, 64));
        Assert.Equal(CostMs(0, 16), cost.Predict(0, 16).TotalMilliseconds, 0.04 * CostMs(0, 16));
    }

    [Fact]
    public void More_items_never_cost_less_whatever_was_learned()
    {
        var random = new Random(3);
        var cost = new CostModel(Rungs.UpTo(256), 1);
        for (var run = 0; run < 3_000; run++)
            cost.Learn(0, random.Next(1, 257), Ms(random.NextDouble() * 100));

        for (var items = 1; items < 256; items++)
            Assert.True(cost.Predict(0, items) <= cost.Predict(0, items + 1), $"{items}");
    }

    [Fact]
    public void The_cautious_figure_rises_with_noise_and_stays_within_half_again()
    {
        var calm = Cost();
        var noisy = Cost();
        var wild = Cost();
        var random = new Random(5);
        for (var run = 0; run < 600; run++)
        {
            calm.Learn(0, 16, Ms(CostMs(0, 16) * (1 + (0.01 * random.NextDouble()))));
            noisy.Learn(0, 16, Ms(CostMs(0, 16) * (1 + (0.3 * random.NextDouble()))));
            wild.Learn(0, 16, Ms(CostMs(0, 16) * (1 + (9 * random.NextDouble()))));
        }

        Assert.InRange(calm.Kappa, 1, 1.02);
        Assert.InRange(noisy.Kappa, 1.05, 1.25);
        Assert.Equal(1.5, wild.Kappa);
        Assert.Equal((false, false, true), (calm.IsUnpredictable, noisy.IsUnpredictable, wild.IsUnpredictable));
    }

    [Fact]
    public void An_unmeasured_length_borrows_from_the_next_longer_one()
    {
        var cost = new CostModel(Rungs.UpTo(256), 3);
        cost.Warm(2, 16, Ms(100));

        Assert.Equal(100, cost.Predict(0, 16).TotalMilliseconds, 3);
    }

    [Fact]
    public void An_unmeasured_size_is_learned_from_its_first_run()
    {
        var cost = new CostModel(Rungs.UpTo(256), 1);

        cost.Learn(0, 64, Ms(40));

        Assert.Equal(40, cost.Predict(0, 64).TotalMilliseconds, 3);
        Assert.Equal(160, cost.Predict(0, 256).TotalMilliseconds, 3);
    }

    [Theory]
    [InlineData(11, 0)]
    [InlineData(12 * 1.06, 1)]
    [InlineData(75 * 1.06, 32)]
    [InlineData(9_999, 256)]
    public void The_largest_run_is_the_last_whose_cautious_figure_fits(double limit, int items) =>
        Assert.Equal(items, Cost().Largest(0, Ms(limit)));
}
