using SkillAi.Queue.Worker.Batching;

namespace SkillAi.Queue.Bench.Duel;

/// <summary>The worker's own policy class in the duel, translated from and to virtual milliseconds; nothing is decided
/// here.</summary>
sealed class Ours : Contestant
{
    readonly BatchPolicy _policy;
    readonly CostModel _cost;
    readonly BulkBucket[] _bulk = new BulkBucket[1];
    UrgentItem[] _urgent = new UrgentItem[64];
    double _transportFloor = double.PositiveInfinity;
    RunDecision _running;

    public Ours(
        Scenario scenario, Action<BatchingOptions>? configure = null, string name = "slack quantum", Exit exit = default)
        : base(name)
    {
        var options = new BatchingOptions
        {
            MaxRunItems = scenario.MaxItems,
            LatencyTarget = Milliseconds(scenario.Deadline),
        };
        configure?.Invoke(options);
        _cost = new(Rungs.UpTo(scenario.MaxItems), lengthBuckets: 1);
        WarmUp(scenario);
        _policy = new(options, _cost, lengthBuckets: 1)
        {
            OutputTime = Milliseconds(scenario.Output),
            Exit = exit,
        };
    }

    public BatchPolicy Policy => _policy;

    public CostModel Cost => _cost;

    /// <summary>Absolute log errors of the predictions.</summary>
    public List<double> Errors { get; } = [];

    /// <summary>The law without its safety for people: every size, and the deadline itself as the goal.</summary>
    public static void Law(BatchingOptions options)
    {
        options.InnerDeadline = 1;
        options.PadToRung = false;
    }

    public override void Arrived(SimulatedWorker worker, Request request)
    {
        var transport = request.Arrived + worker.Scenario.ClockSkew - request.Published;
        _transportFloor = Math.Min(_transportFloor, Math.Max(0, transport));
        var budget = request.Deadline - request.Published - _transportFloor;
        _policy.UrgentArrived(Clock(worker), 1, Milliseconds(budget));
    }

    public override Choice Choose(SimulatedWorker worker)
    {
        var age = double.IsNaN(worker.OldestBulk) ? 0 : worker.Now - worker.OldestBulk;
        _bulk[0] = new(worker.Bulk, Milliseconds(age));
        _running = _policy.Decide(
            Clock(worker), new() { Urgent = See(worker.Urgent, worker.Now + worker.Scenario.ClockSkew), Bulk = _bulk });
        for (var i = 0; i < _running.Shed; i++)
            worker.Shed(0);

        if (_running.Items > 0)
            return Choice.Run(_running.Urgent, _running.Bulk);

        return _running.Wait == Timeout.InfiniteTimeSpan
            ? Choice.Wait()
            : Choice.Wait(worker.Now + _running.Wait.TotalMilliseconds);
    }

    public override bool Terminates(SimulatedWorker worker, SimulatedRun run)
    {
        var left = _running.Predicted - Milliseconds(worker.Now - run.Start);
        var urgent = See(worker.Urgent, worker.Now + worker.Scenario.ClockSkew);
        return _running.WayOut == WayOut.Terminate
            && _policy.TerminatesIn(Clock(worker), urgent, new(left, _running.Predicted, _running.IsOversized)) == TimeSpan.Zero;
    }

    public override void Ended(SimulatedWorker worker, SimulatedRun run)
    {
        if (run.Outcome == RunEnd.OutOfMemory)
            _policy.OutOfMemory(Clock(worker), run.Items, bucket: 0);
        if (run.Outcome == RunEnd.Terminated)
            _policy.Terminated();
        if (run.Outcome != RunEnd.Answered)
            return;

        var duration = Milliseconds(run.Duration);
        Errors.Add(Math.Abs(Math.Log(duration / _running.Predicted)));
        _policy.Completed(
            Clock(worker), new(run.Urgent.Length, run.Bulk, 0, _running.Rung, duration, _running.Predicted));
        foreach (var request in run.Urgent)
            _policy.Answered(run.End + worker.Scenario.Output + worker.Scenario.ClockSkew > request.Deadline);
    }

    ReadOnlySpan<UrgentItem> See(IReadOnlyList<Request> requests, double now)
    {
        if (_urgent.Length < requests.Count)
            Array.Resize(ref _urgent, requests.Count * 2);
        for (var i = 0; i < requests.Count; i++)
            _urgent[i] = new(Milliseconds(requests[i].Deadline - now), Bucket: 0, IsHard: true);
        return _urgent.AsSpan(0, requests.Count);
    }

    // One discarded and three timed runs a rung, of which the median counts.
    void WarmUp(Scenario scenario)
    {
        var chance = new Chance(4242);
        foreach (var rung in _cost.RunSizes)
        {
            var times = new double[3];
            for (var i = 0; i < times.Length; i++)
                times[i] = scenario.Device.Cost(rung) * (1 + (scenario.Noise * chance.Normal()));
            Array.Sort(times);
            _cost.Warm(0, rung, Milliseconds(times[1] * scenario.WarmUpError));
        }
    }

    static TimeSpan Clock(SimulatedWorker worker) => Milliseconds(worker.Now);

    static TimeSpan Milliseconds(double value) => TimeSpan.FromMilliseconds(value);
}
