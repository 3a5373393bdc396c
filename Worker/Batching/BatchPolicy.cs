namespace SkillAi.Queue.Worker.Batching;

/// <summary>
/// The slack quantum law: what to run now, from what waits. One for each model version and device, called by one loop;
/// it keeps what it learned but no clock and no lock, so a simulation replays hours of traffic in a second.
/// <para>Quantum: the longest run <c>Q</c> such that a priority item which arrives just after its start is still
/// answered in time, together with those that follow it meanwhile: <c>Q + Lhi(1 + λ·Q) &lt;= budget − margin</c>.</para>
/// <list type="bullet">
/// <item>Priority waits: run at once, as many as end before the earliest deadline, filled up with bulk to the slack of
/// that deadline but never beyond the quantum. The number of runs costs, not their split between the lanes.</item>
/// <item>More priority than can be served: shed the fewest heads that save all the rest (<see cref="UrgentQueue"/>).</item>
/// <item>Only bulk: a run as long as the quantum, of the length that fills it (<see cref="BulkChoice"/>); longer only
/// where it can be left again (<see cref="Oversize"/>).</item>
/// <item>Nothing: wait for an arrival. Waiting for priority company gains nothing, it gathers during runs.</item>
/// </list>
/// </summary>
public partial class BatchPolicy
{
    static readonly TimeSpan Unbounded = TimeSpan.FromDays(1);

    readonly BatchingOptions _options;
    readonly CostModel _cost;
    readonly MemoryBound[] _memory;
    readonly RunFill _fill;
    readonly BulkChoice _bulk;
    readonly Feedback _feedback;
    readonly ArrivalRate _arrivals = new();
    readonly DeviceShare _share = new();
    readonly Refusals _refusals;
    readonly QuantileWindow _budget;
    readonly QuantileWindow _urgentBucket = new(64, 0.9, 0);

    public BatchPolicy(BatchingOptions options, CostModel cost, int lengthBuckets)
    {
        _options = options;
        _cost = cost;
        var rungs = cost.RunSizes.ToArray();
        _memory = [.. Enumerable.Range(0, lengthBuckets).Select(_ => new MemoryBound(rungs))];
        _fill = new(cost, options, _memory);
        _bulk = new(cost, options, _fill);
        _refusals = new(cost);
        _feedback = new(options.LatencyTarget * 0.1, isCautious: options.InnerDeadline > 0.98);
        _budget = new(128, 0.1, (options.LatencyTarget * 0.96).TotalMilliseconds, minimum: 16, every: 16);
    }

    /// <summary>From the end of a run until its answers have left, nine times of ten: post-processing and write.
    /// At most a quarter of the target is planned with: shorter runs do not make a slow store faster, they make it write
    /// more often, which would lengthen this, hence shorten the runs, until each item runs alone.</summary>
    public TimeSpan OutputTime
    {
        get;
        set => field = value < _options.LatencyTarget / 4 ? value : _options.LatencyTarget / 4;
    }

    /// <inheritdoc cref="BatchingOptions.BulkPatience"/>
    public TimeSpan BulkPatience => _options.BulkPatience;

    /// <summary>Whether this worker serves the priority lane at all; in a pure-bulk pool nothing bounds a run.</summary>
    public bool ServesUrgent { get; init; } = true;

    /// <summary>Priority items arrived. The budget is their deadline less the time they were published and the fastest
    /// transport seen, never less the time of receipt: what they waited in the broker because this worker was busy
    /// would shrink the budget, hence the runs, hence the throughput, hence lengthen that wait.</summary>
    public void UrgentArrived(TimeSpan now, int items, TimeSpan budget)
    {
        _arrivals.Arrived(now, items);
        _budget.Add(budget.TotalMilliseconds);
    }

    /// <summary>A run ended well.</summary>
    public void Completed(TimeSpan now, in FinishedRun run)
    {
        if (!run.WasShared)
            _cost.Learn(run.Bucket, run.Rung, run.Duration);

        _memory[run.Bucket].Fitted(now);
        _refusals.Ran(now, run.Items);
        _share.Ran(now, run.Duration, (double)run.Bulk / Math.Max(1, run.Items));
        _terminations = run.Bulk > 0 ? 0 : _terminations;
    }

    /// <summary>A priority item was answered, in time or late.</summary>
    public void Answered(bool late) => _feedback.Answered(late);

    /// <summary>The model refused an item, which was found by running it alone.</summary>
    public void Refused(TimeSpan now) => _refusals.Refused(now, items: 1);

    /// <summary>A run did not fit the device's memory; its items are to be run again, here.</summary>
    public void OutOfMemory(TimeSpan now, int items, int bucket)
    {
        _memory[bucket].Exceeded(now, items);
        for (var longer = bucket + 1; longer < _memory.Length; longer++)
            _memory[longer].Lower(now, _memory[bucket].Items);
    }

    /// <summary>The warm-up found that runs of a length above that size do not fit.</summary>
    public void HoldsAtMost(TimeSpan now, int items, int bucket) => _memory[bucket].Lower(now, items);

    /// <summary>What to run now, or when to be asked again. Another rule may take its place, for comparison on the same
    /// queues and device; what is learned stays as it is.</summary>
    public virtual RunDecision Decide(TimeSpan now, in LaneView view)
    {
        var quantum = Quantum(now, view.Cap);
        _fill.Value(quantum);
        var queue = new UrgentQueue(view.Urgent, _cost, _fill, OutputTime, KeptForBulk(now, view.Bulk));
        var hopeless = queue.Hopeless();
        var decision = hopeless == view.Urgent.Length
            ? RunBulk(now, view, WorthRunning(now, view.Bulk, quantum)) with { Shed = hopeless }
            : RunUrgent(
                view, queue, PlanUrgent(queue, hopeless, view.Urgent.Length, quantum, Reserve(now)),
                WorthRunning(now, view.Bulk, quantum));
        _feedback.Shed(decision.Shed);
        return decision;
    }

    /// <summary>The longest run that a priority arrival just after its start can bear.</summary>
    public TimeSpan Quantum(TimeSpan now) => Quantum(now, cap: null);

    /// <summary>What an item of a length costs in a full run now, as runs are sized at this moment.</summary>
    public TimeSpan Worth(TimeSpan now, int bucket)
    {
        var items = _fill.Room(bucket, Quantum(now));
        return _cost.Predict(bucket, items) / items;
    }

    /// <summary>What was learned, for people to see.</summary>
    public PolicyState Describe(TimeSpan now)
    {
        var quantum = Quantum(now);
        return new(
            quantum, _fill.Room(0, quantum), _fill.MaxItems(0), _arrivals.PerSecond(now), Budget, _feedback.Margin,
            _cost.Kappa, _cost.Drift, _share.FindBulk(now) ?? 1, _cost.IsUnpredictable, _cost.RunSizes.ToArray(),
            [.. Enumerable.Range(0, _cost.LengthBuckets).Select(_cost.Curve)])
        {
            OutputTime = OutputTime,
            ServesUrgent = ServesUrgent,
            WayOut = Exit.Way,
        };
    }

    TimeSpan Budget => TimeSpan.FromMilliseconds(_budget.Value);

    // Kept free before a deadline: the learned margin and the part beyond the inner deadline. That part yields as
    // priority fills the device, where it would cost capacity: an answer close to its deadline beats one shed.
    TimeSpan Reserve(TimeSpan now) =>
        _feedback.Margin + (Budget * (1 - _options.InnerDeadline) * (1 - _share.Urgent(now)));

    TimeSpan Quantum(TimeSpan now, TimeSpan? cap)
    {
        if (!ServesUrgent)
            return cap ?? Unbounded;

        var bucket = (int)_urgentBucket.Value;
        var rate = _arrivals.PerSecond(now);
        var budget = Budget - OutputTime - Reserve(now);
        TimeSpan low = default, high = budget > default(TimeSpan) ? budget : default;
        for (var i = 0; i < 20; i++)
        {
            var middle = (low + high) / 2;
            var expected = rate * middle.TotalSeconds;
            var items = 1 + expected + (_feedback.Burst * Math.Sqrt(expected));
            if (middle + _cost.PredictHigh(bucket, items) <= budget)
                low = middle;
            else
                high = middle;
        }

        var shortest = _cost.PredictHigh(bucket, 1);
        var quantum = low > shortest ? low : shortest;
        return cap < quantum ? cap.Value : quantum;
    }

    // Bounds bulk only: priority items are not made late for what other items may cost.
    TimeSpan WorthRunning(TimeSpan now, ReadOnlySpan<BulkBucket> bulk, TimeSpan quantum)
    {
        var bucket = Fullest(bulk);
        var most = _fill.MaxItems(bucket);
        var bound = _refusals.Bound(now, bucket, most);
        var limit = _cost.PredictHigh(bucket, bound) + TimeSpan.FromTicks(1);
        return bound < most && limit < quantum ? limit : quantum;
    }

    UrgentPlan PlanUrgent(in UrgentQueue queue, int hopeless, int waiting, TimeSpan quantum, TimeSpan reserve)
    {
        var plan = Plan(queue, hopeless, quantum, reserve);
        if (plan.Fit >= waiting - hopeless || !queue.RestIsLate(hopeless, plan.Fit))
            return plan;

        var head = queue.FewestShed(hopeless);
        plan = Plan(queue, head, quantum, reserve);
        // What was kept by expected times is also run by expected times, or the last of it would be late.
        var expected = queue.ExpectedFit(queue.Bucket(head, waiting - head), head);
        return plan with { Fit = Math.Max(plan.Fit, expected) };
    }

    // However much time the first item has: the next to arrive has no more than the lane's target.
    UrgentPlan Plan(in UrgentQueue queue, int head, TimeSpan quantum, TimeSpan reserve)
    {
        var most = _options.LatencyTarget - OutputTime - reserve;
        var limit = queue.TimeLeft(head) - reserve ?? quantum;
        limit = limit > most && limit > quantum ? Max(most, quantum) : limit;
        return new(head, queue.Fit(head, limit), limit);
    }

    static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    RunDecision RunUrgent(in LaneView view, in UrgentQueue queue, in UrgentPlan plan, TimeSpan quantum)
    {
        var urgent = Math.Min(plan.Fit, view.Urgent.Length - plan.Head);
        var bucket = queue.Bucket(plan.Head, urgent);
        _urgentBucket.Add(bucket);
        var isTight = plan.Limit < quantum;
        var run = _fill.WithUrgent(
            urgent, queue.KeptForBulk(urgent), bucket, view.WithoutFill ? [] : view.Bulk,
            isTight ? plan.Limit : quantum);
        var reason = run.Rung >= _fill.MaxItems(run.Bucket) ? CloseReason.Full
            : run.Urgent + run.Bulk < run.Room ? CloseReason.NoMore
            : isTight ? CloseReason.Deadline
            : CloseReason.Quantum;
        return new(plan.Head, run.Urgent, run.Bulk, run.Bucket, run.Rung, reason, run.Cost, default);
    }

    // In a mixed run the floor costs rows, not a run of its own. Half as much again, to catch up.
    double KeptForBulk(TimeSpan now, ReadOnlySpan<BulkBucket> bulk)
    {
        var isStarving = _share.FindBulk(now) < _options.BulkFloor;
        foreach (var bucket in bulk)
        {
            if (isStarving && bucket.Waiting > 0)
                return 1.5 * _options.BulkFloor;
        }

        return 0;
    }

    readonly record struct UrgentPlan(int Head, int Fit, TimeSpan Limit);
}
