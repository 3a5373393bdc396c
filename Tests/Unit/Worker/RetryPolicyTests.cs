using SkillAi.Queue.Contracts;
using SkillAi.Queue.Worker.Failures;
using SkillAi.Queue.Worker.Models;
using SkillAi.Queue.Worker.Pipeline;

namespace SkillAi.Queue.Tests.Unit.Worker;

public sealed class RetryPolicyTests
{
    [Theory]
    [InlineData(nameof(RunFailure.Transient), Lane.Bulk, 10, 1, false, nameof(RetryStep.Again))]
    [InlineData(nameof(RunFailure.Transient), Lane.Bulk, 10, 2, true, nameof(RetryStep.Again))]
    [InlineData(nameof(RunFailure.Transient), Lane.Bulk, 10, 3, true, nameof(RetryStep.Halve))]
    [InlineData(nameof(RunFailure.Transient), Lane.Bulk, 10, 3, false, nameof(RetryStep.Leave))]
    [InlineData(nameof(RunFailure.Transient), Lane.Bulk, 1, 3, true, nameof(RetryStep.Fail))]
    [InlineData(nameof(RunFailure.Transient), Lane.Bulk, 1, 3, false, nameof(RetryStep.Leave))]
    [InlineData(nameof(RunFailure.Transient), Lane.Priority, 10, 1, false, nameof(RetryStep.Again))]
    [InlineData(nameof(RunFailure.Transient), Lane.Priority, 10, 2, true, nameof(RetryStep.Halve))]
    [InlineData(nameof(RunFailure.Rejected), Lane.Bulk, 10, 1, false, nameof(RetryStep.Halve))]
    [InlineData(nameof(RunFailure.Rejected), Lane.Priority, 1, 1, false, nameof(RetryStep.Fail))]
    [InlineData(nameof(RunFailure.OutOfMemory), Lane.Bulk, 2, 4, false, nameof(RetryStep.Halve))]
    public void What_follows_a_failure_depends_on_its_kind_and_on_others(
        string failure, Lane lane, int items, int failures, bool othersSucceed, string step)
    {
        var decision = RetryPolicy.Decide(Enum.Parse<RunFailure>(failure), lane, items, failures, othersSucceed, chance: 0.5);

        Assert.Equal(step, decision.Step.ToString());
    }

    [Fact]
    public void Delays_double_and_only_bulk_waits()
    {
        Assert.Equal(TimeSpan.FromMilliseconds(100), After(Lane.Bulk, failures: 1).Delay);
        Assert.Equal(TimeSpan.FromMilliseconds(200), After(Lane.Bulk, failures: 2).Delay);
        Assert.Equal(TimeSpan.Zero, After(Lane.Priority, failures: 1).Delay);
    }

    [Fact]
    public void Asking_again_costs_budget_and_finding_the_one_that_is_refused_does_not()
    {
        Assert.True(After(Lane.Bulk, failures: 1).IsPaid);
        Assert.True(After(Lane.Bulk, failures: 3).IsPaid);
        Assert.False(RetryPolicy.Decide(RunFailure.Rejected, Lane.Bulk, 10, 1, othersSucceed: true, 0.5).IsPaid);
        Assert.Equal((RetryStep.Leave, RetryStep.Fail), (RetryPolicy.Unpaid(Lane.Bulk), RetryPolicy.Unpaid(Lane.Priority)));
    }

    [Theory]
    [InlineData(1, null, RetryRung.OneSecond)]
    [InlineData(2, null, RetryRung.TenSeconds)]
    [InlineData(3, null, RetryRung.OneMinute)]
    [InlineData(4, null, null)]
    [InlineData(1, 1_001, RetryRung.OneSecond)]
    [InlineData(1, 1_000, null)]
    [InlineData(2, 5_000, null)]
    [InlineData(1, -5, null)]
    public void A_chunk_climbs_one_rung_an_attempt_and_never_past_its_deadline(int attempt, int? leftMs, RetryRung? rung)
    {
        Assert.Equal(rung, LadderPolicy.Next(attempt, leftMs is { } left ? TimeSpan.FromMilliseconds(left) : null));
    }

    [Fact]
    public void Retries_are_a_fifth_of_fresh_items_however_long_the_storm()
    {
        var budget = new RetryBudget();
        var now = TimeSpan.Zero;
        long fresh = 0, retried = 0;
        for (var second = 0; second < 600; second++, now += TimeSpan.FromSeconds(1))
        {
            for (var run = 0; run < 40; run++)
            {
                budget.Fresh(256);
                fresh += 256;
                retried += budget.TrySpend(256, now) ? 256 : 0;
            }
        }

        // The floor adds about a hundred a second.
        Assert.InRange((double)retried / fresh, 0.19, 0.22);
    }

    [Fact]
    public void A_quiet_lane_may_retry_a_few_full_runs_and_again_after_a_while()
    {
        var budget = new RetryBudget();
        Assert.All(Enumerable.Range(0, 4), _ => Assert.True(budget.TrySpend(256, TimeSpan.FromHours(1))));
        Assert.False(budget.TrySpend(1, TimeSpan.FromHours(1)));

        Assert.True(budget.TrySpend(256, TimeSpan.FromHours(1) + TimeSpan.FromSeconds(2.6)));
    }

    [Fact]
    public void An_hour_of_health_does_not_pay_for_a_storm()
    {
        var budget = new RetryBudget();
        for (var i = 0; i < 1_000_000; i++)
            budget.Fresh(256);

        var paid = Enumerable.Range(0, 1_000).Count(_ => budget.TrySpend(256, TimeSpan.Zero));

        Assert.Equal(40, paid);
    }

    static RetryDecision After(Lane lane, int failures) =>
        RetryPolicy.Decide(RunFailure.Transient, lane, 2, failures, othersSucceed: true, chance: 0.5);
}
