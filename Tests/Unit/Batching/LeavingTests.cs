using SkillAi.Queue.Worker.Batching;
using static SkillAi.Queue.Tests.Unit.Batching.Given;

namespace SkillAi.Queue.Tests.Unit.Batching;

/// <summary>When a run is left for priority items that wait behind it.</summary>
public sealed class LeavingTests
{
    static readonly Exit Terminate = new(WayOut.Terminate, Ms(3), StreamShare: 0);
    static readonly Exit Stream = new(WayOut.SecondStream, default, StreamShare: 0.5);

    [Fact]
    public void An_oversized_run_is_terminated_at_once_for_an_item_that_its_end_would_make_late()
    {
        var run = new RunUnderway(Ms(300), Ms(500), IsOversized: true);

        Assert.Equal(Ms(0), Leaving().TerminatesIn(Ms(0), Urgent(90), run));
        Assert.True(Leaving().TerminatesIn(Ms(0), Urgent(900), run) > Ms(300));
    }

    [Fact]
    public void A_run_that_ends_between_the_inner_deadline_and_the_deadline_is_not_waited_for()
    {
        // The item's own run and the margin take 16 ms of its 90, the inner deadline 5 more.
        var run = new RunUnderway(Ms(72), Ms(500), IsOversized: true);
        var toTheLast = Leaving(innerDeadline: 1);

        Assert.True(toTheLast.TerminatesIn(Ms(0), Urgent(90), run) > Ms(0));
        Assert.Equal(Ms(0), Leaving().TerminatesIn(Ms(0), Urgent(90), run));
    }

    [Fact]
    public void A_run_within_the_quantum_is_terminated_only_when_it_outlasts_its_prediction()
    {
        var policy = Leaving();
        var run = new RunUnderway(Ms(10), Ms(40), IsOversized: false);

        var wait = policy.TerminatesIn(Ms(0), Urgent(90), run);

        // At 45 ms it is 35 ms late; the item has 45 left, of which its own run and the margin take 16.
        Assert.InRange(wait.TotalMilliseconds, 35, 45);
        var soon = wait - Ms(1);
        Assert.True(policy.TerminatesIn(soon, Urgent(90 - soon.TotalMilliseconds), run with { Left = run.Left - soon }) > Ms(0));
        Assert.Equal(Ms(0), policy.TerminatesIn(wait, Urgent(90 - wait.TotalMilliseconds), run with { Left = run.Left - wait }));
    }

    [Fact]
    public void The_usual_noise_of_run_times_terminates_nothing()
    {
        var late = new RunUnderway(Ms(-20), Ms(500), IsOversized: true);

        Assert.True(Leaving().TerminatesIn(Ms(0), Urgent(20), late) > Ms(0));
    }

    [Fact]
    public void No_run_is_terminated_for_an_item_that_is_lost_anyhow() =>
        Assert.Equal(
            Timeout.InfiniteTimeSpan,
            Leaving().TerminatesIn(Ms(0), Urgent(12), new(Ms(300), Ms(500), IsOversized: true)));

    [Fact]
    public void It_is_for_one_without_a_deadline_of_its_own_which_is_worth_answering_late() =>
        Assert.Equal(
            Ms(0),
            Leaving().TerminatesIn(Ms(0), [new(Ms(12), 0, IsHard: false)], new(Ms(300), Ms(500), IsOversized: true)));

    [Fact]
    public void A_device_that_lets_go_too_late_for_anyone_gets_no_oversized_run()
    {
        var policy = Leaving(Terminate with { TerminateTime = Ms(90) });

        Assert.True(Leaving().Decide(Ms(0), new() { Urgent = [], Bulk = Bulk(1_000) }).IsOversized);
        Assert.False(policy.Decide(Ms(0), new() { Urgent = [], Bulk = Bulk(1_000) }).IsOversized);
    }

    [Fact]
    public void After_two_terminations_in_a_row_a_run_is_left_to_end()
    {
        var policy = Leaving();
        policy.Terminated();
        policy.Terminated();

        var run = policy.Decide(Ms(0), new() { Urgent = [], Bulk = Bulk(1_000) });

        Assert.Equal((WayOut.None, false), (run.WayOut, run.IsOversized));
        Assert.Equal(Timeout.InfiniteTimeSpan, policy.TerminatesIn(Ms(0), Urgent(90), new(Ms(-300), Ms(50), false)));
    }

    [Fact]
    public void Beside_a_run_that_outlasts_its_prediction_a_waiting_item_is_run_in_time()
    {
        var policy = Leaving(Stream);
        var run = new RunUnderway(Ms(10), Ms(40), IsOversized: true);

        var first = policy.DecideBeside(Ms(0), Urgent(90), run);
        var then = policy.DecideBeside(first.Wait, Urgent(90 - first.Wait.TotalMilliseconds), run with { Left = run.Left - first.Wait });

        Assert.Equal(0, first.Items);
        Assert.InRange(first.Wait.TotalMilliseconds, 10, 60);
        Assert.Equal(1, then.Urgent);
    }

    [Fact]
    public void A_run_that_shared_the_device_teaches_no_cost()
    {
        var cost = Cost();
        var policy = Policy(cost: cost);
        for (var i = 0; i < 50; i++)
            policy.Completed(Ms(100 * i), new(1, 0, 0, 1, Ms(40), Ms(12)) { WasShared = true });

        Assert.Equal(Ms(CostMs(0, 1)), cost.Predict(0, 1));
    }

    static BatchPolicy Leaving(Exit? exit = null, double innerDeadline = 0.95)
    {
        var policy = Policy(configure: options => options.InnerDeadline = innerDeadline);
        policy.Exit = exit ?? Terminate;
        return policy;
    }
}
