namespace SkillAi.Queue.Bench.Duel.Simulation;

/// <summary>One device with its two lanes in virtual time. It knows nothing of where requests come from.</summary>
sealed class SimulatedWorker(Scenario scenario, Contestant contestant)
{
    const int Endless = 1_000_000_000;
    readonly Chance _noise = new((scenario.Seed * 31) + 5);
    readonly List<Request> _urgent = [];
    int _bulk;

    public Scenario Scenario => scenario;
    public Contestant Contestant => contestant;
    public Tally Tally { get; } = new(scenario);
    public double Now { get; private set; }
    public SimulatedRun? Current { get; private set; }
    public double WakeAt { get; private set; } = double.PositiveInfinity;

    /// <summary>Waiting requests, earliest deadline first.</summary>
    public IReadOnlyList<Request> Urgent => _urgent;
    public int Bulk => scenario.EndlessBulk ? Endless : _bulk;
    public double OldestBulk { get; private set; } = double.NaN;
    public double NextEvent => Current?.End ?? WakeAt;

    public void Arrive(double now, Request request)
    {
        Now = now;
        Enqueue(request);
        contestant.Arrived(this, request);
        if (Current is { Outcome: RunEnd.Answered, Urgent.Length: 0 } run && contestant.Terminates(this, run))
        {
            run.Outcome = RunEnd.Terminated;
            run.End = Math.Min(run.End, now + scenario.TerminateTime);
        }

        Continue(now);
    }

    public void ArriveBulk(double now, int items)
    {
        _bulk += items;
        OldestBulk = double.IsNaN(OldestBulk) ? now : OldestBulk;
        Continue(now);
    }

    /// <summary>The run ended, the wait is over, or something arrived.</summary>
    public void Continue(double now)
    {
        Now = now;
        if (Current is { } run && run.End <= now)
            End(run);
        WakeAt = double.PositiveInfinity;
        if (Current is not null || (_urgent.Count == 0 && Bulk == 0))
            return;

        var choice = contestant.Choose(this);
        if (choice.Urgent + choice.Bulk > 0)
            Start(choice);
        else
            WakeAt = Math.Max(choice.WakeAt, now + 1e-6);
    }

    /// <summary>Gives up a waiting request.</summary>
    public void Shed(int index)
    {
        Tally.Lost(_urgent[index]);
        _urgent.RemoveAt(index);
    }

    /// <summary>Dies: others take over what it held.</summary>
    public void Abandon()
    {
        _urgent.Clear();
        Current = null;
    }

    /// <summary>What still waits with its deadline passed was missed too.</summary>
    public void Finish()
    {
        for (var i = _urgent.Count - 1; i >= 0; i--)
        {
            if (_urgent[i].Deadline < scenario.Length)
                Shed(i);
        }

        Tally.Finish();
    }

    void Start(Choice choice)
    {
        var items = choice.Urgent + choice.Bulk;
        var urgent = _urgent.GetRange(0, choice.Urgent).ToArray();
        _urgent.RemoveRange(0, choice.Urgent);
        if (!scenario.EndlessBulk)
            _bulk = choice.Bulk <= _bulk ? _bulk - choice.Bulk : throw new InvalidOperationException("No such bulk.");
        if (_bulk == 0)
            OldestBulk = double.NaN;

        var duration = scenario.Device.Cost(items) * Math.Max(0.8, 1 + (scenario.Noise * _noise.Normal()))
            * (scenario.Slowness?.Invoke(Now) ?? 1);
        if (_noise.Uniform() < scenario.StallChance)
            duration += scenario.Stall * (0.5 + _noise.Uniform());
        var fits = scenario.MemoryItems is not { } memory || items <= memory(Now);
        Current = new()
        {
            Urgent = urgent,
            Bulk = choice.Bulk,
            Start = Now,
            End = Now + (fits ? duration : 0.3 * duration),
            Outcome = fits ? RunEnd.Answered : RunEnd.OutOfMemory,
        };
    }

    void End(SimulatedRun run)
    {
        Current = null;
        Tally.Ended(run);
        if (run.Outcome != RunEnd.Answered)
        {
            _bulk += scenario.EndlessBulk ? 0 : run.Bulk;
            OldestBulk = _bulk > 0 && double.IsNaN(OldestBulk) ? run.Start : OldestBulk;
            foreach (var request in run.Urgent)
                Enqueue(request);
        }

        contestant.Ended(this, run);
    }

    void Enqueue(Request request)
    {
        var at = _urgent.Count;
        while (at > 0 && _urgent[at - 1].Deadline > request.Deadline)
            at--;
        _urgent.Insert(at, request);
    }
}
