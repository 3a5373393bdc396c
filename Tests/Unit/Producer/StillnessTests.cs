using SkillAi.Queue.Producer.Feeding;

namespace SkillAi.Queue.Tests.Unit.Producer;

public sealed class StillnessTests
{
    static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    readonly Stillness _job = new(TimeSpan.FromSeconds(10));

    [Fact]
    public void What_stood_still_for_as_long_as_one_waits_is_stuck()
    {
        Look(seconds: 4);
        Assert.False(_job.IsSuspect);

        Look(seconds: 1);
        Assert.True(_job.IsSuspect);

        Look(seconds: 4);
        Assert.False(IsStuck());

        Look(seconds: 1);
        Assert.True(IsStuck());
    }

    [Fact]
    public void An_answer_begins_the_wait_anew()
    {
        Look(seconds: 9);
        Look(seconds: 9, answered: 128);

        Assert.False(IsStuck());
    }

    [Fact]
    public void Answers_that_were_undone_are_a_move_too()
    {
        Look(seconds: 9, answered: 256);
        Look(seconds: 9, answered: 128);

        Assert.False(IsStuck());
    }

    [Fact]
    public void A_job_that_waits_for_nothing_is_never_stuck()
    {
        Look(seconds: 60, isWaiting: false);

        Assert.False(_job.IsSuspect);
    }

    [Fact]
    public void What_has_somebody_to_wait_for_is_not_stuck_however_long_it_waits()
    {
        for (var second = 0; second < 60; second++)
        {
            Look(seconds: 1);
            if (_job.IsSuspect)
                _job.Excuse();

            Assert.False(IsStuck());
        }

        // Once nothing stands before it, half of the time is enough.
        Look(seconds: 5);
        Assert.True(IsStuck());
    }

    [Fact]
    public void Time_in_which_nobody_looked_says_nothing()
    {
        _job.Look(0, isWaiting: true, passed: 0, TimeSpan.FromHours(1));

        Assert.False(_job.IsSuspect);
    }

    [Fact]
    public void Where_feeding_again_did_not_help_it_is_tried_after_twice_the_time_up_to_ten_minutes()
    {
        var waits = new List<int>();
        for (var tries = 0; tries < 9; tries++)
        {
            var seconds = 0;
            for (; !IsStuck(); seconds++)
                Look(seconds: 1);

            waits.Add(seconds);
            _job.FedAgain();
        }

        Assert.Equal([10, 20, 40, 80, 160, 320, 600, 600, 600], waits);
    }

    [Fact]
    public void The_lane_is_counted_from_the_last_move_on()
    {
        _job.Look(128, isWaiting: true, passed: 1000, Second);
        _job.Look(128, isWaiting: true, passed: 5000, Second);

        Assert.Equal(4500, _job.Passed(5500));
    }

    [Fact]
    public void Beside_chunks_on_the_retry_ladder_it_is_stuck_only_when_they_must_have_come_back()
    {
        Look(seconds: 10 + 70);
        Assert.True(_job.IsStuck(anyAside: false));
        Assert.False(_job.IsStuck(anyAside: true));

        Look(seconds: 1);
        Assert.True(_job.IsStuck(anyAside: true));
    }

    bool IsStuck() => _job.IsStuck(anyAside: false);

    void Look(int seconds, long answered = 0, bool isWaiting = true)
    {
        for (var i = 0; i < seconds; i++)
            _job.Look(answered, isWaiting, passed: 0, Second);
    }
}
