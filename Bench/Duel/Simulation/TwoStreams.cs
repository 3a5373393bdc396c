using SkillAi.Queue.Worker.Batching;

namespace SkillAi.Queue.Bench.Duel.Simulation;

/// <summary>A device with a second stream: while both run, the second gets a share of the speed and the first the rest.
/// Endless bulk, one worker, our policy: no rival has a rule for this.</summary>
sealed class TwoStreams
{
    readonly Scenario _scenario;
    readonly BatchPolicy _policy;
    readonly double _share;
    readonly Chance _noise;
    readonly List<Request> _waiting = [];
    readonly Stream _main = new();
    readonly Stream _second = new();
    double _now;

    public TwoStreams(Scenario scenario, Action<BatchingOptions>? configure, double share)
    {
        _scenario = scenario;
        _share = share;
        _policy = new Ours(scenario, configure, exit: new(WayOut.SecondStream, default, share)).Policy;
        _noise = new((scenario.Seed * 31) + 5);
        Tally = new(scenario);
    }

    public Tally Tally { get; }

    public Tally Run()
    {
        var requests = Trace.Of(_scenario);
        var next = 0;
        Dispatch();
        while (true)
        {
            var arrival = next < requests.Count ? requests[next].Arrived : double.PositiveInfinity;
            var now = Math.Min(arrival, Math.Min(EndOf(_main), EndOf(_second)));
            if (now > _scenario.Length)
                break;

            var ended = now == EndOf(_main) ? _main : now == EndOf(_second) ? _second : null;
            Advance(now);
            if (ended is not null)
                End(ended);
            else
                Arrive(requests[next++]);
            Dispatch();
        }

        foreach (var request in _waiting.Where(request => request.Deadline < _scenario.Length))
            Tally.Lost(request);
        Tally.Finish();
        return Tally;
    }

    void Arrive(Request request)
    {
        _waiting.Add(request);
        _policy.UrgentArrived(Clock, 1, Ms(request.Deadline - request.Published - _scenario.TransportFloor));
    }

    // Three states call for a decision: both streams free, an oversized run on the main one, or the main one free
    // beside a run on the second, where only an oversized run may start, since nothing else could be left again.
    void Dispatch()
    {
        if (!_main.IsBusy)
        {
            var isSecondFree = !_second.IsBusy;
            var decision = _policy.Decide(Clock, new()
            {
                Urgent = isSecondFree ? See() : [], Bulk = [new(1_000_000, default)],
            });
            if (isSecondFree || decision.IsOversized)
                Start(_main, decision);
        }
        else if (!_second.IsBusy && _main.Decision.IsOversized)
        {
            var left = Ms(Math.Max(0, _main.Left * _main.Decision.Predicted.TotalMilliseconds / _main.Whole));
            var decision = _policy.DecideBeside(Clock, See(), new(left, _main.Decision.Predicted, IsOversized: true));
            if (decision.Items > 0)
                Start(_second, decision);
        }
    }

    void Start(Stream stream, in RunDecision decision)
    {
        foreach (var request in _waiting.Take(decision.Shed))
            Tally.Lost(request);
        _waiting.RemoveRange(0, decision.Shed);
        stream.Decision = decision;
        stream.Urgent = [.. _waiting.Take(decision.Urgent)];
        stream.Start = _now;
        stream.WasAlone = !_main.IsBusy && !_second.IsBusy;
        stream.Whole = _scenario.Device.Cost(decision.Items) * Math.Max(0.8, 1 + (_scenario.Noise * _noise.Normal()))
            + (_noise.Uniform() < _scenario.StallChance ? _scenario.Stall : 0);
        stream.Left = stream.Whole;
        stream.IsBusy = true;
        _waiting.RemoveRange(0, decision.Urgent);
        if (!stream.WasAlone)
            _main.WasAlone = false;
    }

    void End(Stream stream)
    {
        stream.IsBusy = false;
        var decision = stream.Decision;
        Tally.Ended(new() { Urgent = stream.Urgent, Bulk = decision.Bulk, Start = stream.Start, End = _now });
        _policy.Completed(
            Clock,
            new(decision.Urgent, decision.Bulk, 0, decision.Rung, Ms(_now - stream.Start), decision.Predicted)
            {
                WasShared = !stream.WasAlone,
            });

        foreach (var request in stream.Urgent)
            _policy.Answered(_now + _scenario.Output > request.Deadline);
    }

    void Advance(double now)
    {
        var (main, second) = (Speed(_main), Speed(_second));
        _main.Left -= (now - _now) * main;
        _second.Left -= (now - _now) * second;
        _now = now;
    }

    double EndOf(Stream stream) =>
        stream.IsBusy ? _now + (Math.Max(0, stream.Left) / Speed(stream)) : double.PositiveInfinity;

    double Speed(Stream stream) =>
        !_main.IsBusy || !_second.IsBusy ? 1 : stream == _second ? _share : 1 - _share;

    UrgentItem[] See() =>
        [.. _waiting.Select(request => new UrgentItem(Ms(request.Deadline - _now), Bucket: 0, IsHard: true))];

    TimeSpan Clock => Ms(_now);

    static TimeSpan Ms(double value) => TimeSpan.FromMilliseconds(value);

    sealed class Stream
    {
        public bool IsBusy { get; set; }
        public bool WasAlone { get; set; }
        public double Start { get; set; }
        public double Whole { get; set; }
        public double Left { get; set; }
        public RunDecision Decision { get; set; }
        public Request[] Urgent { get; set; } = [];
    }
}
