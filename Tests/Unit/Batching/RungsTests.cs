using SkillAi.Queue.Worker.Batching;

namespace SkillAi.Queue.Tests.Unit.Batching;

public sealed class RungsTests
{
    [Fact]
    public void There_are_26_sizes_up_to_256() =>
        Assert.Equal(
            [1, 2, 3, 4, 6, 8, 10, 12, 14, 16, 20, 24, 28, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256],
            Rungs.UpTo(256));

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(100)]
    [InlineData(4096)]
    public void The_last_rung_is_the_most_that_may_run_and_they_rise(int most)
    {
        var rungs = Rungs.UpTo(most);

        Assert.Equal(most, rungs[^1]);
        Assert.Equal(rungs.Order().Distinct(), rungs);
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(5, 4, 6)]
    [InlineData(16, 16, 16)]
    [InlineData(129, 128, 160)]
    [InlineData(999, 256, 256)]
    public void A_size_between_rungs_goes_to_its_neighbours(int items, int below, int above)
    {
        var rungs = Rungs.UpTo(256);

        Assert.Equal((below, above), (Rungs.RoundDown(rungs, items), Rungs.RoundUp(rungs, items)));
    }
}
