using SkillAi.Queue.Contracts;
using SkillAi.Queue.Producer.Feeding;

namespace SkillAi.Queue.Tests.Unit.Producer;

public sealed class QuietLanesTests
{
    static readonly DateTimeOffset Created = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    static readonly OpenWork Request = new("req_1", "m", Lane.Bulk, Created);

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
        Look(isEmpty: true);

        Assert.False(_lanes.Any);
        Assert.False(IsDue(after: 100));
    }

    [Fact]
    public void A_queue_that_holds_something_excuses_its_requests()
    {
        LookTwice();
        Look(isEmpty: false);

        Assert.False(_lanes.Any);
        Assert.False(IsDue(after: 100));
    }

    [Fact]
    public void Lanes_do_not_answer_for_each_other()
    {
        LookTwice();

        Assert.False(_lanes.IsDue(Request with { Lane = Lane.Priority }, Created.AddHours(1)));
        Assert.False(_lanes.IsDue(Request with { Model = "other" }, Created.AddHours(1)));
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
    public void A_replay_that_is_asked_for_anew_is_judged_by_its_own_age()
    {
        LookTwice();
        Assert.True(IsDue(after: 30));
        // It was answered, and failed; somebody asks once more.
        var again = Request with { Since = Created.AddSeconds(89) };

        Assert.False(_lanes.IsDue(again, Created.AddSeconds(118)));
        Assert.True(_lanes.IsDue(again, Created.AddSeconds(119)));
        _lanes.Published(again, Created.AddSeconds(119));
        Assert.False(_lanes.IsDue(again, Created.AddSeconds(178)));
        Assert.True(_lanes.IsDue(again, Created.AddSeconds(179)));
    }

    [Fact]
    public void What_could_not_be_published_stays_due()
    {
        LookTwice();

        Assert.True(_lanes.IsDue(Request, Created.AddSeconds(30)));
        Assert.True(_lanes.IsDue(Request, Created.AddSeconds(31)));
    }

    [Fact]
    public void After_an_outage_the_looks_begin_anew()
    {
        LookTwice();
        _lanes.KeepOnly([]);

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
            Look(isEmpty: true);

        Assert.False(_lanes.Any);
        Assert.False(IsDue(after: 1000));

        Look(isEmpty: true);
        Assert.True(IsDue(after: 1000));
    }

    [Fact]
    public void In_a_full_queue_what_all_that_came_later_has_passed_is_due()
    {
        Look(isEmpty: false, answered: 500, after: 31);
        Look(isEmpty: false, answered: 2499, after: 60);
        Assert.False(_lanes.Any);

        Look(isEmpty: false, answered: 2500, after: 70);

        Assert.True(_lanes.Any);
        Assert.True(IsDue(after: 70));
    }

    [Fact]
    public void What_came_while_it_turned_over_may_be_in_it()
    {
        Look(isEmpty: false, answered: 0, after: 29);
        Look(isEmpty: false, answered: 2000, after: 100);
        Assert.False(IsDue(after: 100));

        Look(isEmpty: false, answered: 4000, after: 200);
        Assert.True(IsDue(after: 200));
    }

    [Fact]
    public void What_was_published_again_waits_for_the_next_turn()
    {
        Look(isEmpty: false, answered: 0, after: 31);
        Look(isEmpty: false, answered: 2000, after: 70);
        Assert.True(IsDue(after: 70));

        Look(isEmpty: false, answered: 4000, after: 200);
        Assert.False(IsDue(after: 200));
        Look(isEmpty: false, answered: 6000, after: 300);
        Assert.True(IsDue(after: 300));
    }

    [Fact]
    public void Another_count_than_before_begins_a_turn()
    {
        Look(isEmpty: false, answered: 5000, after: 31);
        Look(isEmpty: false, answered: 10, after: 40);
        Look(isEmpty: false, answered: 2009, after: 50);

        Assert.False(_lanes.Any);
    }

    [Fact]
    public void A_turn_is_as_long_as_the_lane_held_when_it_began()
    {
        Look(isEmpty: false, answered: 0, after: 31, held: 10);
        Look(isEmpty: false, answered: 19, after: 40, held: 5000);
        Assert.False(_lanes.Any);

        Look(isEmpty: false, answered: 20, after: 50, held: 5000);
        Assert.True(IsDue(after: 50));
    }

    void LookTwice()
    {
        Look(isEmpty: true);
        Look(isEmpty: true);
    }

    /// <summary>Publishes it when it is.</summary>
    bool IsDue(int after)
    {
        var isDue = _lanes.IsDue(Request, Created.AddSeconds(after));
        if (isDue)
            _lanes.Published(Request, Created.AddSeconds(after));

        return isDue;
    }

    void Look(bool isEmpty, long answered = 0, int after = 0, long held = 1000) =>
        _lanes.Look(("m", Lane.Bulk), isEmpty, new(answered, held), Created.AddSeconds(after));
}
