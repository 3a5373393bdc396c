using SkillAi.Queue.Worker.Batching;

namespace SkillAi.Queue.Bench.Pipeline;

/// <summary>Rules of the duel's rivals on the worker's real lanes. The worker around them is the same: what differs is
/// which items run together, and when. Ages count from publishing, since a lane knows deadlines and not arrivals.</summary>
static class StaticPolicies
{
    public const string Ours = "slack-quantum";

    public static IReadOnlyList<string> Names => [Ours, "triton-13", "two-lanes-16"];

    /// <returns>Null for ours, which the worker makes by itself.</returns>
    public static MakePolicy? Find(string name) => name switch
    {
        Ours => null,
        "triton-13" => (options, cost, buckets, servesUrgent) =>
            new TritonLikePolicy(13, TimeSpan.FromMilliseconds(5), options, cost, buckets) { ServesUrgent = servesUrgent },
        "two-lanes-16" => (options, cost, buckets, servesUrgent) =>
            new TwoLanePolicy(8, TimeSpan.FromMilliseconds(10), 16, options, cost, buckets) { ServesUrgent = servesUrgent },
        _ => throw new ArgumentException($"No policy '{name}'; there are {string.Join(", ", Names)}.", nameof(name)),
    };

    /// <summary>The same rule in virtual time.</summary>
    public static Measured InVirtualTime(Contender contender, Scenario scenario) => contender switch
    {
        { Policy: "triton-13" } => Measured.Of(scenario, _ => new Duel.Rivals.TritonLike(13)),
        { Policy: "two-lanes-16" } => Measured.Of(scenario, _ => new Duel.Rivals.FixedTwoLane(8, 10, 16)),
        { Exit: ExitChoice.Terminate } => Measured.Of(scenario, seeded => new Duel.Ours(
            seeded, exit: new(WayOut.Terminate, TimeSpan.FromMilliseconds(seeded.TerminateTime), StreamShare: 0))),
        { Exit: ExitChoice.SecondStream } => Measured.Over(
            [new Duel.Simulation.TwoStreams(scenario, configure: null, SlowCard.StreamShare).Run()], contender.Rule),
        _ => Measured.Of(scenario, Duel.Sections.Rows.Shipped),
    };
}

/// <summary>One queue with levels, walked from the highest; batches mix levels up to a size, partial ones go after a
/// delay.</summary>
sealed class TritonLikePolicy(int size, TimeSpan delay, BatchingOptions options, CostModel cost, int buckets)
    : BatchPolicy(options, cost, buckets)
{
    readonly CostModel _cost = cost;
    readonly TimeSpan _target = options.LatencyTarget;

    public override RunDecision Decide(TimeSpan now, in LaneView view)
    {
        var waiting = view.Bulk[0].Waiting;
        var urgent = Math.Min(size, view.Urgent.Length);
        var bulk = Math.Min(size - urgent, waiting);
        if (urgent + bulk == 0)
            return RunDecision.Later(Timeout.InfiniteTimeSpan);

        var age = waiting > 0 ? view.Bulk[0].OldestAge : TimeSpan.Zero;
        if (urgent > 0 && _target - view.Urgent[0].Slack > age)
            age = _target - view.Urgent[0].Slack;

        return urgent + bulk >= size || age >= delay
            ? new(0, urgent, bulk, 0, urgent + bulk, CloseReason.NoMore, _cost.Predict(0, urgent + bulk), default)
            : RunDecision.Later(delay - age);
    }
}

/// <summary>Two lanes, priority strictly first, a fixed size and timeout each, never mixed.</summary>
sealed class TwoLanePolicy(
    int urgentSize, TimeSpan urgentTimeout, int bulkSize, BatchingOptions options, CostModel cost, int buckets)
    : BatchPolicy(options, cost, buckets)
{
    static readonly TimeSpan BulkTimeout = TimeSpan.FromMilliseconds(100);

    readonly CostModel _cost = cost;
    readonly TimeSpan _target = options.LatencyTarget;

    public override RunDecision Decide(TimeSpan now, in LaneView view)
    {
        var wait = TimeSpan.MaxValue;
        if (!view.Urgent.IsEmpty)
        {
            wait = urgentTimeout - (_target - view.Urgent[0].Slack);
            if (view.Urgent.Length >= urgentSize || wait <= TimeSpan.Zero)
                return Run(Math.Min(urgentSize, view.Urgent.Length), 0);
        }

        var (waiting, age) = view.Bulk[0];
        if (waiting >= bulkSize || (waiting > 0 && age >= BulkTimeout))
            return Run(0, Math.Min(bulkSize, waiting));

        if (waiting > 0 && BulkTimeout - age < wait)
            wait = BulkTimeout - age;

        return RunDecision.Later(wait == TimeSpan.MaxValue ? Timeout.InfiniteTimeSpan : wait);
    }

    RunDecision Run(int urgent, int bulk) =>
        new(0, urgent, bulk, 0, urgent + bulk, CloseReason.NoMore, _cost.Predict(0, urgent + bulk), default);
}
