using SkillAi.Queue.Producer.Scaling;

namespace SkillAi.Queue.Tests.Unit.Producer;

public sealed class ArrivalWindowTests
{
    readonly ArrivalWindow _window = new();

    [Fact]
    public void A_steady_rate_is_told_as_it_is()
    {
        for (var second = 0; second < 600; second++)
            _window.Add(At(second), 150);

        Assert.Equal(150, _window.PerSecond(At(599)), tolerance: 0.01);
    }

    [Fact]
    public void A_young_program_averages_over_its_age()
    {
        for (var second = 0; second < 20; second++)
            _window.Add(At(second), 100);

        Assert.Equal(100, _window.PerSecond(At(20)), tolerance: 0.01);
    }

    [Fact]
    public void A_first_burst_is_not_extrapolated()
    {
        _window.Add(At(0.1), 1000);

        Assert.Equal(100, _window.PerSecond(At(0.2)), tolerance: 0.01);
    }

    [Theory]
    [InlineData(59, 10)]
    [InlineData(60, 0)]
    [InlineData(1000, 0)]
    public void What_came_more_than_a_minute_ago_is_forgotten(double later, double expected)
    {
        _window.Add(At(500), 600);

        Assert.Equal(expected, _window.PerSecond(At(500 + later)), tolerance: 0.01);
    }

    [Fact]
    public void A_ring_that_has_gone_round_counts_only_the_last_minute()
    {
        foreach (var second in (double[])[0, 30, 61, 95, 200, 201])
            _window.Add(At(second), 60);

        Assert.Equal(2, _window.PerSecond(At(230)), tolerance: 0.01);
    }

    static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);
}
