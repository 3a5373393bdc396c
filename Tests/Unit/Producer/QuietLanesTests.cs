using SkillAi.Queue.Contracts;
using SkillAi.Queue.Producer.Feeding;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Unit.Producer;

public sealed class QuietLanesTests
{
    static readonly DateTimeOffset Created = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly QuietLanes _lanes = new(TimeSpan.FromSeconds(30));

    [Fact]
    public void An_old_request_of_a_lane_that_stays_empty_is_due()
    {
        LookTwice();

        Assert.True(_lanes.Any);
        Assert.False(IsDue(after: 29));
        Assert.True(IsDue(after: 30));
    }

    [Fact]
    public void One_look_is_not_enough()
    {
        _lanes.Look(("m", Lane.Bulk), isEmpty: true);

        Assert.False(_lanes.Any);
        Assert.False(IsDue(after: 100));
    }

    [Fact]
    public void A_queue_that_holds_something_excuses_its_requests()
    {
        LookTwice();
        _lanes.Look(("m", Lane.Bulk), isEmpty: false);

        Assert.False(_lanes.Any);
        Assert.False(IsDue(after: 100));
    }

    [Fact]
    public void Lanes_do_not_answer_for_each_other()
    {
        LookTwice();

        Assert.False(_lanes.IsDue(Request() with { Lane = Lane.Priority }, Created.AddHours(1)));
        Assert.False(_lanes.IsDue(Request() with { Model = "other" }, Created.AddHours(1)));
    }

    [Fact]
    public void What_was_published_again_is_due_after_twice_the_time_each_time()
    {
        LookTwice();

        Assert.True(IsDue(after: 30));
        Assert.False(IsDue(after: 89));
        Assert.True(IsDue(after: 90));
        Assert.False(IsDue(after: 209));
        Assert.True(IsDue(after: 210));
    }

    [Fact]
    public void After_an_outage_the_looks_begin_anew()
    {
        LookTwice();
        _lanes.Clear();

        Assert.False(_lanes.Any);
    }

    [Fact]
    public void What_is_forgotten_is_judged_as_new()
    {
        LookTwice();
        IsDue(after: 30);
        _lanes.Prune(Created.AddSeconds(31));
        Assert.False(IsDue(after: 60));

        _lanes.Prune(Created.AddHours(1));
        Assert.True(IsDue(after: 60));
    }

    [Fact]
    public void Beside_chunks_on_the_retry_ladder_the_lane_must_be_empty_for_as_long_as_it_takes()
    {
        // Ten more looks of 7.5 s: the ladder takes 71 s.
        _lanes.AnyAside = true;
        for (var look = 0; look < 11; look++)
            _lanes.Look(("m", Lane.Bulk), isEmpty: true);

        Assert.False(_lanes.Any);
        Assert.False(IsDue(after: 1000));

        _lanes.Look(("m", Lane.Bulk), isEmpty: true);
        Assert.True(IsDue(after: 1000));
    }

    void LookTwice()
    {
        _lanes.Look(("m", Lane.Bulk), isEmpty: true);
        _lanes.Look(("m", Lane.Bulk), isEmpty: true);
    }

    bool IsDue(int after) => _lanes.IsDue(Request(), Created.AddSeconds(after));

    static RequestRecord Request() => new()
    {
        Id = "r",
        Model = "m",
        Version = "1",
        Lane = Lane.Bulk,
        Items = 1,
        Input = default,
        CreatedAt = Created,
        Ttl = TimeSpan.FromHours(1),
    };
}
