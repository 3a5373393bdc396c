namespace SkillAi.Queue.Bench.Duel.Simulation;

/// <summary>What is counted, after the warm-up. Latency is open-loop, from the intended send time; a request that was
/// shed or never answered counts as infinitely late.</summary>
sealed class Tally(Scenario scenario)
{
    readonly List<double> _latencies = [];
    readonly List<(double Published, bool Missed)> _outcomes = [];
    double _lastBulk = scenario.WarmUp;
    double[]? _sorted;

    public int Missed { get; private set; }
    public int Shed { get; private set; }
    public double BulkItems { get; private set; }
    public int Runs { get; private set; }
    public double RunItems { get; private set; }
    public double BusyTime { get; private set; }
    public double LostTime { get; private set; }
    public double BulkTime { get; private set; }
    public int OutOfMemory { get; private set; }
    public int Terminated { get; private set; }
    public double LongestBulkGap { get; private set; }

    public int Urgent => _outcomes.Count;
    public int InTime => Urgent - Missed;
    public double MissPercent => Urgent == 0 ? 0 : 100.0 * Missed / Urgent;
    public double ItemsPerSecond => (BulkItems + Answered) / scenario.MeasuredSeconds;
    public double PercentOfLimit => 100 * ItemsPerSecond / scenario.Limit;
    public double MeanRun => Runs == 0 ? 0 : RunItems / Runs;
    public IReadOnlyList<(double Published, bool Missed)> Outcomes => _outcomes;
    public IReadOnlyList<double> Latencies => _latencies;

    int Answered => Urgent - Shed;

    public double Quantile(double part)
    {
        _sorted ??= [.. _latencies.Order()];
        return _sorted.Length == 0 ? double.NaN : _sorted[Math.Min(_sorted.Length - 1, (int)(part * _sorted.Length))];
    }

    public void Lost(Request request)
    {
        if (request.Published < scenario.WarmUp)
            return;

        Shed++;
        Missed++;
        _outcomes.Add((request.Published, true));
        _latencies.Add(double.PositiveInfinity);
    }

    public void Ended(SimulatedRun run)
    {
        if (run.Start >= scenario.WarmUp)
            CountTime(run);
        if (run.Outcome != RunEnd.Answered)
            return;

        if (run.Bulk > 0)
            BulkAt(run.End);
        foreach (var request in run.Urgent)
            CountAnswer(request, run.End + scenario.Output);
    }

    public void Finish() => BulkAt(scenario.Length);

    void CountTime(SimulatedRun run)
    {
        BusyTime += run.Duration;
        OutOfMemory += run.Outcome == RunEnd.OutOfMemory ? 1 : 0;
        Terminated += run.Outcome == RunEnd.Terminated ? 1 : 0;
        if (run.Outcome != RunEnd.Answered)
        {
            LostTime += run.Duration;
            return;
        }

        Runs++;
        RunItems += run.Items;
        BulkItems += run.Bulk;
        BulkTime += run.Duration * run.Bulk / run.Items;
    }

    void CountAnswer(Request request, double answered)
    {
        if (request.Published < scenario.WarmUp)
            return;

        var missed = answered > request.Deadline;
        Missed += missed ? 1 : 0;
        _outcomes.Add((request.Published, missed));
        _latencies.Add(answered - request.Published);
    }

    void BulkAt(double at)
    {
        LongestBulkGap = Math.Max(LongestBulkGap, at - Math.Max(_lastBulk, scenario.WarmUp));
        _lastBulk = at;
    }
}
