using SkillAi.Queue.Worker.Batching;

namespace SkillAi.Queue.Bench.Duel.Simulation;

/// <summary>Several models on one device, endless bulk for each or all but the first, priority for the first: the
/// worker's scheduler and one policy a model.</summary>
sealed class SharedDevice
{
    static readonly BulkBucket[] Bulk = [new(1_000_000, default)];
    readonly Scenario[] _models;
    readonly Ours[] _ours;
    readonly Chance _noise;
    readonly ModelScheduler _scheduler;
    readonly List<Request> _urgent = [];

    /// <summary>Whether the first model has bulk too, which its priority items can share a run with.</summary>
    public bool IsMixable { get; init; } = true;

    /// <summary>Whether priority items wait for another model's bulk run while they can.</summary>
    public bool Defers { get; init; } = true;

    public SharedDevice(Scenario scenario, DeviceProfile[] devices, Action<BatchingOptions>? configure)
    {
        _models = [.. devices.Select(device => scenario with { Device = device })];
        _ours = [.. _models.Select(model => new Ours(model, configure))];
        _scheduler = new(devices.Length);
        _noise = new((scenario.Seed * 31) + 5);
        Tallies = [.. _models.Select(model => new Tally(model))];
    }

    public Tally[] Tallies { get; }

    public void Run()
    {
        var requests = Trace.Of(_models[0]);
        var next = 0;
        var now = 0.0;
        while (now < _models[0].Length)
        {
            for (; next < requests.Count && requests[next].Arrived <= now; next++)
            {
                var request = requests[next];
                _urgent.Add(request);
                var budget = request.Deadline - request.Published - _models[0].TransportFloor;
                _ours[0].Policy.UrgentArrived(Ms(request.Arrived), 1, Ms(budget));
            }

            now = RunOne(now);
        }

        foreach (var tally in Tallies)
            tally.Finish();
    }

    double RunOne(double now)
    {
        var urgent = _urgent.Select(request => new UrgentItem(Ms(request.Deadline - now), 0, IsHard: true)).ToArray();
        var turn = _scheduler.Next([.. _models.Select((_, i) => Look(i, Ms(now), urgent))]);
        var decision = _ours[turn.Model].Policy.Decide(Ms(now), new()
        {
            Urgent = turn.Model == 0 ? urgent : [], Bulk = BulkOf(turn.Model), Cap = turn.Cap, WithoutFill = turn.WithoutFill,
        });
        foreach (var request in _urgent.Take(decision.Shed))
            Tallies[0].Lost(request);
        _urgent.RemoveRange(0, decision.Shed);
        if (decision.Items == 0)
            return now;

        var model = _models[turn.Model];
        var run = new SimulatedRun
        {
            Urgent = [.. _urgent.Take(decision.Urgent)], Bulk = decision.Bulk, Start = now,
            End = now + (model.Device.Cost(decision.Rung) * Math.Max(0.8, 1 + (model.Noise * _noise.Normal()))),
        };
        _urgent.RemoveRange(0, decision.Urgent);
        Tallies[turn.Model].Ended(run);
        Learn(turn.Model, decision, run);
        return run.End;
    }

    // Only the first has a priority lane; the others would bound runs for requests that they do not get.
    ModelView Look(int model, TimeSpan now, UrgentItem[] urgent)
    {
        var view = _ours[model].Policy.Look(now, model == 0 ? urgent : [], Bulk, hasBulk: BulkOf(model).Length > 0);
        return view with
        {
            Quantum = model == 0 ? view.Quantum : null, LeastBulk = Defers ? view.LeastBulk : TimeSpan.MaxValue,
        };
    }

    BulkBucket[] BulkOf(int model) => model > 0 || IsMixable ? Bulk : [];

    void Learn(int model, in RunDecision decision, SimulatedRun run)
    {
        var duration = Ms(run.Duration);
        _scheduler.Ran(model, duration * run.Bulk / run.Items);
        _ours[model].Policy.Completed(
            Ms(run.End), new(run.Urgent.Length, run.Bulk, 0, decision.Rung, duration, decision.Predicted));
        foreach (var request in run.Urgent)
            _ours[model].Policy.Answered(run.End + _models[model].Output > request.Deadline);
    }

    static TimeSpan Ms(double value) => TimeSpan.FromMilliseconds(value);
}
