using SkillAi.Queue.Worker.Batching;

namespace SkillAi.Queue.Tests.Unit.Batching;

/// <summary>A saturated device in virtual time, with the shipped model's curve, and items that the model refuses.</summary>
public sealed class RefusedItemTests
{
    const double Seconds = 20;

    static double Cost(double items) => 0.035 + (0.018 * items);

    [Fact]
    public void A_hundred_refused_items_a_second_leave_four_fifths_of_the_throughput()
    {
        var healthy = new Device(refusedPerSecond: 0).Run(Seconds);
        var struck = new Device(refusedPerSecond: 100).Run(Seconds);

        Assert.True(struck >= 0.8 * healthy, $"{struck / Seconds:F0}/s of {healthy / Seconds:F0}/s");
    }

    [Fact]
    public void Without_shrinking_a_third_would_be_lost()
    {
        var struck = new Device(refusedPerSecond: 100, shrinks: false).Run(Seconds);

        Assert.True(struck < 0.7 * new Device(refusedPerSecond: 0).Run(Seconds), $"{struck / Seconds:F0}/s");
    }

    [Fact]
    public void Once_nothing_is_refused_any_more_runs_are_full_again()
    {
        var policy = Policy();
        for (var i = 0; i < 100; i++)
            policy.Refused(Given.Ms(i));

        Assert.InRange(Items(policy, Given.Ms(100)), 1, 32);
        policy.Completed(Given.Ms(120_000), new(0, 256, 0, 256, Given.Ms(Cost(256)), Given.Ms(Cost(256))));
        Assert.Equal(256, Items(policy, Given.Ms(120_000)));
    }

    [Fact]
    public void Where_a_run_itself_costs_a_rare_refusal_shrinks_nothing()
    {
        var policy = Given.Policy();
        var before = Items(policy, default);
        policy.Completed(Given.Ms(1), new(0, 5_000, 0, 256, Given.Ms(522), Given.Ms(522)));

        policy.Refused(Given.Ms(2));

        Assert.Equal(before, Items(policy, Given.Ms(2)));
    }

    static int Items(BatchPolicy policy, TimeSpan now) =>
        policy.Decide(now, new() { Urgent = [], Bulk = Given.Bulk(100_000) }).Items;

    static BatchPolicy Policy()
    {
        var cost = new CostModel(Rungs.UpTo(256), lengthBuckets: 1);
        foreach (var rung in cost.RunSizes)
            cost.Warm(0, rung, Given.Ms(Cost(rung)));

        return new(new() { PadToRung = false }, cost, lengthBuckets: 1);
    }

    /// <summary>Does with failed runs what the worker does: halves them, and spares the run of a half that must hold the
    /// refused item because the other one succeeded.</summary>
    sealed class Device(double refusedPerSecond, bool shrinks = true)
    {
        readonly BatchPolicy _policy = Policy();
        readonly Random _chance = new(11);
        double _now, _owed, _answered;

        public double Run(double seconds)
        {
            while (_now < seconds * 1000)
            {
                var items = Items(_policy, Given.Ms(_now));
                var refused = new bool[items];
                for (; _owed >= 1; _owed--)
                    refused[_chance.Next(items)] = true;

                if (!Succeeds(refused))
                    Isolate(refused);
            }

            return _answered;
        }

        void Isolate(ReadOnlySpan<bool> guilty)
        {
            if (guilty.Length == 1)
            {
                Succeeds(guilty);
                if (shrinks)
                    _policy.Refused(Given.Ms(_now));

                return;
            }

            var half = (guilty.Length + 1) / 2;
            var first = guilty[..half];
            var second = guilty[half..];
            if (Succeeds(first))
            {
                Isolate(second);
                return;
            }

            if (!Succeeds(second))
                Isolate(second);

            Isolate(first);
        }

        bool Succeeds(ReadOnlySpan<bool> run)
        {
            var duration = Cost(run.Length);
            _now += duration;
            _owed += refusedPerSecond * duration / 1000;
            if (run.Contains(true))
                return false;

            _answered += run.Length;
            _policy.Completed(Given.Ms(_now), new(0, run.Length, 0, run.Length, Given.Ms(duration), Given.Ms(duration)));
            return true;
        }
    }
}
