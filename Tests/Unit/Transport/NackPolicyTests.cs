using SkillAi.Queue.Transport.RabbitMq;

namespace SkillAi.Queue.Tests.Unit.Transport;

public sealed class NackPolicyTests
{
    [Fact]
    public void A_queue_that_has_confirmed_is_full_at_once() => Assert.Null(NackPolicy.FindPause(nacks: 1, hasConfirmed: true));

    [Fact]
    public void A_queue_that_never_confirmed_is_full_at_the_fifth_nack() => Assert.Equal(
        [25, 50, 100, 200, null],
        Enumerable.Range(1, 5).Select(nacks => NackPolicy.FindPause(nacks, hasConfirmed: false)?.TotalMilliseconds));

    [Fact]
    public void Channels_that_do_not_help_are_replaced_ever_more_seldom() => Assert.Equal(
        [100, 200, 400, 12_800, 12_800], new[] { 0, 1, 2, 7, 1000 }.Select(retired => NackPolicy.LeastAge(retired).TotalMilliseconds));
}
