using Microsoft.Extensions.Time.Testing;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Models;
using SkillAi.Queue.Producer.Scaling;

namespace SkillAi.Queue.Tests.Unit.Producer;

public sealed class WaitPolicyTests
{
    [Theory]
    [InlineData(0, 100, 0, 0.0)]
    [InlineData(1000, 100, 0, 10.0)]
    [InlineData(1000, 100, 2, 8.0)]
    [InlineData(100, 100, 2, 0.0)]
    public void Waits_for_what_waits_less_what_was_answered_since(long items, double perSecond, int age, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), WaitPolicy.Wait(items, perSecond, TimeSpan.FromSeconds(age)));

    [Fact]
    public void Without_a_rate_nobody_knows() => Assert.Null(WaitPolicy.Wait(1000, perSecond: 0, TimeSpan.Zero));

    [Theory]
    [InlineData(null, 1)]
    [InlineData(0.0, 1)]
    [InlineData(1.1, 2)]
    [InlineData(59.5, 60)]
    [InlineData(86400.0, 60)]
    public void Comes_again_after_the_wait_within_bounds(double? wait, int seconds) =>
        Assert.Equal(seconds, WaitPolicy.RetryAfter(wait is { } time ? TimeSpan.FromSeconds(time) : null));

    [Theory]
    [InlineData(null, 1000, true)]
    [InlineData(100, null, true)]
    [InlineData(100, 100, true)]
    [InlineData(100, 101, false)]
    public void Refuses_only_what_certainly_comes_too_late(int? deadlineMs, int? waitMs, bool canMeet) =>
        Assert.Equal(canMeet, WaitPolicy.CanMeet(Ms(deadlineMs), Ms(waitMs)));

    [Theory]
    [InlineData(Lane.Priority, PolicyMode.Quantum, 2000)]
    [InlineData(Lane.Bulk, PolicyMode.Quantum, 500)]
    [InlineData(Lane.Priority, PolicyMode.PureBulk, 0)]
    public void Capacity_is_that_of_the_best_run_and_of_the_lanes_share(Lane lane, PolicyMode mode, double perSecond) =>
        Assert.Equal(perSecond, Capacity.PerSecond([Worker(mode), Worker(mode)], lane));

    [Fact]
    public void A_worker_that_has_learned_nothing_adds_nothing() =>
        Assert.Equal(0, Capacity.PerSecond([new("w", "cpu", default, [])], Lane.Priority));

    [Fact]
    public void What_was_seen_ages()
    {
        var time = new FakeTimeProvider();
        var waits = new LaneWaits(time);
        Assert.Null(waits.Find("m", Lane.Priority));
        waits.Update(
            new Dictionary<(string, Lane), long> { [("m", Lane.Priority)] = 1000 },
            new Dictionary<(string, Lane), double> { [("m", Lane.Priority)] = 100 });

        time.Advance(TimeSpan.FromSeconds(3));

        Assert.Equal(TimeSpan.FromSeconds(7), waits.Find("m", Lane.Priority));
        Assert.Equal(7, waits.RetryAfter("m", Lane.Priority));
        Assert.Equal(1, waits.RetryAfter("m", Lane.Bulk));
    }

    /// <summary>One item takes 10 ms, four take 2 ms each and that twice as slow as at warm-up: 1,000 a second at best.</summary>
    static WorkerReport Worker(PolicyMode mode) => new("w", "cpu", default,
    [
        new()
        {
            Mode = mode, TargetItems = 4, MaxItems = 4, PriorityPerSecond = 1, BudgetMs = 1, MarginMs = 1, Kappa = 1, Drift = 2,
            BulkShare = 0.25, IsUnpredictable = false, RunSizes = [1, 4], Costs = [new(32, [10, 2]), new(64, [1, 1])],
        },
    ]);

    static TimeSpan? Ms(int? milliseconds) => milliseconds is { } time ? TimeSpan.FromMilliseconds(time) : null;
}
