using SkillAi.Queue.Producer.Feeding;

namespace SkillAi.Queue.Tests.Unit.Producer;

public sealed class WindowPolicyTests
{
    const int Least = 2 * 256;
    const int Most = 16 * 1024;

    [Theory]
    [InlineData(1, 0, 2048)]            // what a worker can hold, though nothing is known of it
    [InlineData(1, 3840, 3840)]
    [InlineData(1, 120_000, Most)]
    [InlineData(3, 3840, 3 * 2048)]
    [InlineData(9, 0, Most)]
    public void A_job_alone_is_fed_ahead_for_a_time_and_what_the_workers_can_hold(int workers, double ahead, int next) =>
        Assert.Equal(next, WindowPolicy.Next(700, inFlight: 700, isShared: false, workers, ahead, Most));

    [Theory]
    [InlineData(1000, 499, 1500)]
    [InlineData(1000, 600, 1000)]
    [InlineData(1000, 751, 900)]
    [InlineData(12_000, 100, Most)]
    [InlineData(520, 520, Least)]
    [InlineData(Most, 3 * Most, 14_745)]
    public void A_shared_window_is_as_small_as_the_workers_allow(int window, int inFlight, int next) =>
        Assert.Equal(next, WindowPolicy.Next(window, inFlight, isShared: true, workers: 1, ahead: 0, Most));

    [Fact]
    public void A_setting_below_what_workers_hold_is_kept() =>
        Assert.Equal(256, WindowPolicy.Next(256, inFlight: 256, isShared: true, workers: 1, ahead: 0, most: 256));
}
