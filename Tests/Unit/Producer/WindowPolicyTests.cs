using SkillAi.Queue.Producer.Feeding;

namespace SkillAi.Queue.Tests.Unit.Producer;

public sealed class WindowPolicyTests
{
    const int Least = 512;
    const int Most = 16 * 1024;

    [Fact]
    public void A_job_alone_gets_the_whole_window() =>
        Assert.Equal(Most, WindowPolicy.Next(700, inFlight: 700, isShared: false, Least, Most));

    [Theory]
    [InlineData(1000, 499, 1500)]
    [InlineData(1000, 600, 1000)]
    [InlineData(1000, 751, 900)]
    [InlineData(12_000, 100, Most)]
    [InlineData(520, 520, Least)]
    [InlineData(Most, 3 * Most, 14_745)]
    public void A_shared_window_is_as_small_as_the_workers_allow(int window, int inFlight, int next) =>
        Assert.Equal(next, WindowPolicy.Next(window, inFlight, isShared: true, Least, Most));

    [Fact]
    public void A_setting_below_what_workers_hold_is_kept() =>
        Assert.Equal(256, WindowPolicy.Next(256, inFlight: 256, isShared: true, Least, most: 256));
}
