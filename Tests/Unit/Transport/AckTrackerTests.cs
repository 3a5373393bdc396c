using SkillAi.Queue.Transport.RabbitMq;

namespace SkillAi.Queue.Tests.Unit.Transport;

public sealed class AckTrackerTests
{
    static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(50);

    readonly AckTracker _acks = new(Patience);

    [Fact]
    public void Finished_from_the_start_is_one_ack()
    {
        Ack(1, 2, 3);

        Assert.Equal(3ul, TakePrefix());
        Assert.Null(TakePrefix());
    }

    [Fact]
    public void The_prefix_stops_before_the_first_unfinished()
    {
        Ack(1, 2, 4, 5);

        Assert.Equal(2ul, TakePrefix());
    }

    [Fact]
    public void A_filled_hole_releases_everything_behind_it()
    {
        Ack(2, 3, 5);
        Assert.Null(TakePrefix());

        Ack(1);

        Assert.Equal(3ul, TakePrefix());
    }

    [Fact]
    public void Behind_a_hole_an_ack_goes_alone_after_the_patience_and_not_before()
    {
        _acks.Acked(2, TimeSpan.FromMilliseconds(10));

        Assert.Null(TakeOverdue(TimeSpan.FromMilliseconds(59)));
        Assert.Equal(TimeSpan.FromMilliseconds(60), _acks.NextDue);
        Assert.Equal(2ul, TakeOverdue(TimeSpan.FromMilliseconds(60)));
        Assert.Null(TakeOverdue(TimeSpan.FromMilliseconds(60)));
        Assert.Null(_acks.NextDue);
    }

    [Fact]
    public void What_was_acked_alone_is_not_acked_again()
    {
        Ack(2);
        Assert.Equal(2ul, TakeOverdue(Patience));

        Ack(1);

        Assert.Equal(1ul, TakePrefix());
        Assert.Null(TakePrefix());
    }

    [Fact]
    public void What_was_rejected_or_handed_back_holds_up_nobody_and_gets_no_ack()
    {
        _acks.Gone(1);
        Assert.Null(TakePrefix());

        Ack(2);
        _acks.Gone(3);

        Assert.Equal(2ul, TakePrefix());
    }

    [Fact]
    public void What_joined_the_prefix_is_not_overdue()
    {
        Ack(2, 1);
        Assert.Equal(2ul, TakePrefix());

        Assert.Null(TakeOverdue(TimeSpan.FromHours(1)));
    }

    /// <summary>Plays random orders against a broker that, like the real one, fails a channel that acks an unknown tag.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_finished_tag_is_acked_once_and_no_unfinished_one_ever(int seed)
    {
        var random = new Random(seed);
        var now = TimeSpan.Zero;
        var lent = new SortedSet<ulong>(Enumerable.Range(1, 500).Select(tag => (ulong)tag));
        var open = lent.ToList();
        while (open.Count > 0)
        {
            now += TimeSpan.FromMilliseconds(random.Next(20));
            var tag = open[random.Next(Math.Min(open.Count, 16))];
            open.Remove(tag);
            if (random.Next(10) == 0)
            {
                _acks.Gone(tag);
                Assert.True(lent.Remove(tag));
            }
            else
            {
                _acks.Acked(tag, now);
            }

            if (random.Next(3) == 0)
                Flush(now);
        }

        Flush(now);
        Assert.Empty(lent);

        void Flush(TimeSpan at)
        {
            if (TakePrefix() is { } last)
            {
                Assert.Contains(last, lent);
                Assert.DoesNotContain(open, tag => tag <= last);
                lent.RemoveWhere(tag => tag <= last);
            }

            while (TakeOverdue(at) is { } alone)
            {
                Assert.DoesNotContain(alone, open);
                Assert.True(lent.Remove(alone));
            }
        }
    }

    void Ack(params ulong[] tags)
    {
        foreach (var tag in tags)
            _acks.Acked(tag, TimeSpan.Zero);
    }

    ulong? TakePrefix() => _acks.TryTakePrefix(out var tag) ? tag : null;

    ulong? TakeOverdue(TimeSpan now) => _acks.TryTakeOverdue(now, out var tag) ? tag : null;
}
