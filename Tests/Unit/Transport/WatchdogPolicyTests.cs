using SkillAi.Queue.Transport.RabbitMq;

namespace SkillAi.Queue.Tests.Unit.Transport;

public sealed class WatchdogPolicyTests
{
    [Theory]
    [InlineData(5, 0, 10, 30, true)]
    [InlineData(0, 0, 10, 30, false)]     // nothing waits
    [InlineData(5, 10, 10, 30, false)]    // no room: the worker is slow, not deaf
    [InlineData(5, 0, 10, 29, false)]     // not yet
    public void A_consumer_is_stuck_when_messages_wait_it_has_room_and_none_arrives(
        long ready, int onLoan, int prefetch, int silentSeconds, bool stuck) =>
        Assert.Equal(stuck, WatchdogPolicy.IsStuck(
            ready, onLoan, prefetch, TimeSpan.FromSeconds(silentSeconds), TimeSpan.FromSeconds(30)));

    [Theory]
    [InlineData(0, 120, true)]
    [InlineData(0, 119, false)]
    [InlineData(1, 120, false)]     // it works on that
    public void A_consumer_is_doubtful_when_it_has_had_nothing_for_long(int onLoan, int silentSeconds, bool doubtful) =>
        Assert.Equal(doubtful, WatchdogPolicy.IsDoubtful(onLoan, TimeSpan.FromSeconds(silentSeconds), TimeSpan.FromMinutes(2)));
}
