using SkillAi.Queue.Transport.RabbitMq;

namespace SkillAi.Queue.Tests.Unit.Transport;

public sealed class BackoffTests
{
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(1, 0, 50)]
    [InlineData(1, 1, 100)]
    [InlineData(2, 1, 200)]
    [InlineData(4, 0.5, 600)]
    [InlineData(7, 1, 5_000)]
    [InlineData(1_000_000, 1, 5_000)]
    [InlineData(1_000_000, 0, 2_500)]
    public void Doubles_up_to_the_longest_and_leaves_half_to_chance(int failures, double chance, double milliseconds) =>
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), Backoff.Delay(failures, Longest, chance));
}
