namespace SkillAi.Queue.Bench.Duel.Simulation;

/// <summary>Several workers behind one broker. Some consume the priority lane too, taking turns within their prefetch;
/// the others run pure bulk.</summary>
sealed class Fleet
{
    readonly Scenario _scenario;
    readonly SimulatedWorker[] _workers;
    readonly int _consumers;
    readonly int _prefetch;
    readonly Queue<Request> _broker = new();
    int _turn;
    int _dead = -1;

    public Fleet(Scenario scenario, int workers, int consumers, Func<Scenario, Contestant> make, int prefetch = 16)
    {
        _scenario = scenario;
        _consumers = consumers;
        _prefetch = prefetch;
        _workers = [.. Enumerable.Range(0, workers).Select(i => Worker(
            scenario with { Seed = (scenario.Seed * 50) + i }, i < consumers, make))];
    }

    /// <summary>At that time the first worker dies; what it held goes back to the broker.</summary>
    public double DiesAt { get; init; } = double.PositiveInfinity;

    public Tally[] Run()
    {
        var requests = Trace.Of(_scenario);
        var next = 0;
        foreach (var worker in _workers)
            worker.Continue(0);
        while (true)
        {
            var arrival = next < requests.Count ? requests[next].Arrived : double.PositiveInfinity;
            var death = _dead < 0 ? DiesAt : double.PositiveInfinity;
            var first = Living().MinBy(worker => worker.NextEvent)!;
            var now = Math.Min(first.NextEvent, Math.Min(arrival, death));
            if (now > _scenario.Length)
                break;

            if (now == first.NextEvent)
                first.Continue(now);
            else if (now == death)
                Kill();
            else
                _broker.Enqueue(requests[next++]);
            Deliver(now);
        }

        while (_broker.TryDequeue(out var request))
            _workers[^1].Tally.Lost(request);
        foreach (var worker in _workers)
            worker.Finish();
        return [.. _workers.Select(worker => worker.Tally)];
    }

    static SimulatedWorker Worker(Scenario scenario, bool consumes, Func<Scenario, Contestant> make) =>
        new(scenario, consumes ? make(scenario) : new Static(scenario.MaxItems, 1, mixed: false));

    IEnumerable<SimulatedWorker> Living() => _workers.Where((_, i) => i != _dead);

    void Deliver(double now)
    {
        while (_broker.TryPeek(out var request) && Free() is { } worker)
        {
            _broker.Dequeue();
            worker.Arrive(now, request);
        }
    }

    SimulatedWorker? Free()
    {
        for (var i = 0; i < _consumers; i++)
        {
            var at = (_turn + i) % _consumers;
            if (at == _dead || Held(_workers[at]) >= _prefetch)
                continue;

            _turn = (at + 1) % _consumers;
            return _workers[at];
        }

        return null;
    }

    void Kill()
    {
        _dead = 0;
        var worker = _workers[0];
        foreach (var request in worker.Urgent.Concat(worker.Current?.Urgent ?? []))
            _broker.Enqueue(request);
        worker.Abandon();
    }

    static int Held(SimulatedWorker worker) => worker.Urgent.Count + (worker.Current?.Urgent.Length ?? 0);
}
