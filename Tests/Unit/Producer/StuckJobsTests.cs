using Microsoft.Extensions.Time.Testing;
using SkillAi.Queue.Producer.Feeding;

namespace SkillAi.Queue.Tests.Unit.Producer;

public sealed class StuckJobsTests
{
    static readonly LaneSight Empty = new(IsEmpty: true, AnyAside: false);

    readonly StuckJobs _stuck = new(new());
    readonly LaneFeed _lane = new("m", new(), new FakeTimeProvider());
    readonly JobFeed _feed = Feed();

    [Fact]
    public void A_job_before_which_nothing_stands_is_stuck_after_thirty_seconds()
    {
        Assert.Equal(30, SecondsUntilStuck(_ => Empty));
    }

    [Fact]
    public void While_the_broker_cannot_say_no_job_is_stuck()
    {
        Assert.Null(SecondsUntilStuck(_ => null));
    }

    [Fact]
    public void What_the_broker_could_not_say_costs_the_time_in_which_it_could_not_and_no_more()
    {
        Assert.Equal(30 + 1, SecondsUntilStuck(second => second == 29 ? null : Empty));
        Assert.Equal(30 + 7, SecondsUntilStuck(second => second is > 20 and <= 27 ? null : Empty));
        Assert.Equal(30 + 15, SecondsUntilStuck(second => second % 2 == 0 ? null : Empty));
    }

    [Fact]
    public void Before_anybody_is_suspected_nothing_need_be_known()
    {
        for (var second = 1; second < 15; second++)
            Find(see: null);

        Assert.Empty(_stuck.Suspected);
        Find(see: null);
        Assert.Equal(["m"], _stuck.Suspected);
    }

    [Fact]
    public void A_queue_that_holds_something_excuses_a_job()
    {
        Assert.Equal(25 + 15, SecondsUntilStuck(second => Empty with { IsEmpty = second > 25 }));
    }

    [Fact]
    public void Chunks_on_the_retry_ladder_are_waited_for()
    {
        Assert.Equal(30 + 71, SecondsUntilStuck(_ => Empty with { AnyAside = true }));
    }

    /// <returns>Null where it is not within five minutes.</returns>
    int? SecondsUntilStuck(Func<int, LaneSight?> see)
    {
        // Answered once more: whatever was before is over.
        _feed.Update(_feed.Job with { Succeeded = _feed.Job.Succeeded + 1 }, starts: null);
        Find(see: null);
        for (var second = 1; second <= 300; second++)
        {
            if (Find(see(second)).Count > 0)
                return second;
        }

        return null;
    }

    IReadOnlyList<JobFeed> Find(LaneSight? see) => _stuck.Find([_feed], _ => _lane, TimeSpan.FromSeconds(1), _ => see);

    static JobFeed Feed()
    {
        var job = Snapshots.Job("j", chunks: 1, received: 128);
        var feed = new JobFeed(job, cursor: 0, done: []);
        feed.Update(job, [0]);
        feed.Take();
        return feed;
    }
}
