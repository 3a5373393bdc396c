using SkillAi.Queue.Bench.Duel;
using SkillAi.Queue.Bench.Duel.Rivals;
using SkillAi.Queue.Bench.Duel.Simulation;
using SkillAi.Queue.Bench.Duel.Traffic;
using SkillAi.Queue.Worker.Batching;

namespace SkillAi.Queue.Tests.Unit.Batching;

/// <summary>The promises of the law, kept by the production policy on the virtual device, for the law itself (every
/// size, the deadline as the goal) and as it is shipped. The duel checks the rest, which takes minutes.</summary>
public sealed class DuelGateTests
{
    static readonly Scenario V100 = new() { Length = 200_000 };
    static readonly Scenario Flat = new() { Device = DeviceProfile.Flat, UrgentRate = 200, Length = 60_000 };

    static Ours Policy(Scenario scenario, bool shipped) => new(scenario, shipped ? null : Ours.Law);

    static Tally Run(Scenario scenario, bool shipped = true) => Solo.Run(scenario, Policy(scenario, shipped));

    [Theory]
    [InlineData(0.2, 77.0, 74.9)]
    [InlineData(1, 76.5, 74.2)]
    [InlineData(5, 74.5, 72.0)]
    [InlineData(20, 70.5, 67.5)]
    [InlineData(50, 66.0, 63.8)]
    [InlineData(100, 63.5, 61.0)]
    [InlineData(150, 62.5, 59.5)]
    [InlineData(200, 57.5, 53.0)]
    public void On_the_slow_card_misses_stay_below_one_percent_at_every_load(double rate, double law, double shipped)
    {
        var scenario = V100 with { UrgentRate = rate, Length = rate < 1 ? 3_000_000 : rate < 2 ? 1_000_000 : 200_000 };

        foreach (var (isShipped, least) in new[] { (false, law), (true, shipped) })
        {
            var tally = Run(scenario, isShipped);

            Assert.InRange(tally.MissPercent, 0, 1);
            Assert.True(tally.PercentOfLimit >= least, $"shipped {isShipped}: {tally.PercentOfLimit:F1} %");
        }
    }

    [Theory]
    [InlineData(200)]
    [InlineData(2000)]
    public void On_the_flat_card_runs_are_as_large_as_without_priority(double rate)
    {
        var tally = Run(Flat with { UrgentRate = rate });

        Assert.True(tally.PercentOfLimit >= 99, $"{tally.PercentOfLimit:F1} %");
        Assert.Equal((256, 0), (tally.MeanRun, tally.Missed));
        Assert.InRange(tally.Quantile(0.99), 0, 60);
    }

    [Fact]
    public void As_shipped_the_99th_percentile_stays_within_the_inner_deadline() =>
        Assert.InRange(Run(V100).Quantile(0.99), 0, 95);

    [Fact]
    public void No_bulk_item_waits_half_a_second_beside_a_hundred_priority_items_a_second() =>
        Assert.InRange(Run(V100 with { UrgentRate = 100 }).LongestBulkGap, 0, 500);

    [Theory]
    [InlineData(250)]
    [InlineData(300)]
    [InlineData(400)]
    [InlineData(600)]
    public void Overload_answers_in_time_nine_tenths_of_what_the_device_could_and_keeps_the_bulk_floor(double rate)
    {
        var scenario = V100 with { UrgentRate = rate, Length = 60_000 };

        var tally = Run(scenario, shipped: false);

        Assert.True(tally.InTime / scenario.MeasuredSeconds >= 0.9 * Math.Min(rate, 300), $"{tally.InTime}");
        Assert.True(tally.BulkTime / tally.BusyTime >= 0.045, $"bulk {tally.BulkTime / tally.BusyTime:P1}");
    }

    [Fact]
    public void Nothing_misses_without_bulk_where_a_fixed_batch_misses_half()
    {
        foreach (var rate in new[] { 2.0, 10, 30, 100 })
            Assert.InRange(Run(V100 with { UrgentRate = rate, EndlessBulk = false }).MissPercent, 0, 0.1);

        var scenario = V100 with { UrgentRate = 30, EndlessBulk = false };
        var rival = Solo.Run(scenario, new FixedShared(32, 100, 64));
        Assert.InRange(rival.MissPercent, 50, 58);
        var ours = Run(scenario);
        Assert.True(ours.Quantile(0.5) <= 27 && ours.Quantile(0.99) <= 48, $"{ours.Quantile(0.99)}");
    }

    public static TheoryData<string> Surprises => [.. ByName.Keys];

    static readonly Dictionary<string, Scenario> ByName = new(StringComparer.Ordinal)
    {
        ["model 1.3x slower"] = V100 with { Slowness = _ => 1.3 },
        ["model 1.5x faster"] = V100 with { Slowness = _ => 1 / 1.5 },
        ["deadline 80 ms"] = V100 with { Deadlines = [80] },
        ["deadline 150 ms"] = V100 with { Deadlines = [150] },
        ["noise 6 %"] = V100 with { Noise = 0.06 },
        ["mixed deadlines"] = V100 with { Deadlines = [60, 100, 200] },
        ["1.5x slower half way"] = V100 with { Slowness = now => now > 100_000 ? 1.5 : 1 },
        ["warm-up table half as long"] = V100 with { WarmUpError = 0.5 },
        ["warm-up table twice as long"] = V100 with { WarmUpError = 2 },
        ["clock 5 ms ahead"] = V100 with { ClockSkew = 5 },
        ["clock 5 ms behind"] = V100 with { ClockSkew = -5 },
        ["flat card"] = Flat with { UrgentRate = 20 },
    };

    [Theory]
    [MemberData(nameof(Surprises))]
    public void Surprises_cost_less_than_one_percent_of_misses_and_no_setting(string surprise)
    {
        var tally = Run(ByName[surprise]);

        Assert.InRange(tally.MissPercent, 0, 1);
    }

    [Theory]
    [InlineData(20, 1.01)]
    [InlineData(50, 1.04)]
    public void Priority_that_cannot_share_a_run_waits_for_bulk_runs_that_end_in_time(double rate, double gain)
    {
        var (eager, deferred) = (Unmixable(defers: false), Unmixable(defers: true));

        Assert.InRange(deferred[0].MissPercent, 0, 1);
        var found = deferred.Sum(tally => tally.ItemsPerSecond) / eager.Sum(tally => tally.ItemsPerSecond);
        Assert.True(found >= gain, $"{found:F3}");

        Tally[] Unmixable(bool defers)
        {
            var device = new SharedDevice(
                V100 with { UrgentRate = rate, Length = 100_000 }, [DeviceProfile.V100, DeviceProfile.V100], configure: null)
            {
                IsMixable = false, Defers = defers,
            };
            device.Run();
            return device.Tallies;
        }
    }

    [Fact]
    public void A_memory_limit_that_drops_and_returns_costs_a_few_runs_and_no_request()
    {
        var scenario = Flat with
        {
            UrgentRate = 50, Length = 300_000, MemoryItems = now => now is > 100_000 and < 200_000 ? 100 : 256,
        };

        var tally = Run(scenario);

        Assert.InRange(tally.OutOfMemory, 1, 12);
        Assert.Equal(0, tally.Missed);
        var sent = Trace.Of(scenario).Count(request => request.Published >= scenario.WarmUp);
        Assert.InRange(tally.Urgent, sent - 10, sent);
        Assert.InRange(tally.PercentOfLimit, 90, 100);
    }
}
