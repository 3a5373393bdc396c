using System.Globalization;
using System.Text;
using SkillAi.Queue.Bench.Load;
using SkillAi.Queue.Worker.Batching;

namespace SkillAi.Queue.Bench.Pipeline;

/// <summary>Which rule sizes the runs, how many priority messages the worker has on loan, and how a run beyond the quantum
/// is left.</summary>
sealed record Contender(string Policy, int Prefetch, ExitChoice Exit = ExitChoice.None)
{
    /// <summary>What decides, without what only a real worker has.</summary>
    public string Rule => Exit switch
    {
        ExitChoice.Terminate => $"{Policy}, terminate",
        ExitChoice.SecondStream => $"{Policy}, second stream",
        _ => Policy,
    };

    public override string ToString() => $"{Rule}, priority prefetch {Prefetch}";
}

/// <param name="Seconds">Time between the two looks at the worker's counters.</param>
/// <param name="Load">The machine's load average after the run.</param>
sealed record PipelineResult(
    Contender Contender, double Seconds, WorkerCounts Counts, Latencies Latencies, string Load)
{
    public double ItemsPerSecond => Counts.Items / Seconds;

    public double MeanRun => Counts.RunItems / Math.Max(1, Counts.Runs);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Contender}: {ItemsPerSecond:F1} items/s, mean run {MeanRun:F1}; {Latencies}; load {Load}");
}

/// <summary>One run: a job that does not end, and the scenario's priority requests beside it.</summary>
sealed class PipelineRun(Stack stack, Scenario scenario, TimeProvider time)
{
    public async Task<PipelineResult> RunAsync(Contender contender, CancellationToken cancellationToken)
    {
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var warmUp = TimeSpan.FromMilliseconds(scenario.WarmUp);
        // Twice what the card could do alone.
        var items = (long)(2 * scenario.Limit * scenario.Length / 1000);
        var lines = Encoding.UTF8.GetBytes(string.Concat(Texts.Select(text => $"{{\"text\":\"{text}\"}}\n")));
        await stack.Client.SubmitJobAsync(
            LoopedFile.Open(lines, items, ends.Token), new(SlowCard.Model), ends.Token);

        var schedule = Trace.Of(scenario).Select(request => TimeSpan.FromMilliseconds(request.Published)).Order();
        var load = new RequestLoad(stack.Client, Texts, time);
        var counts = CountAsync(warmUp, cancellationToken);
        var latencies = await load.RunAsync(schedule, warmUp, SlowCard.Model, cancellationToken);
        var (seconds, counted) = await counts;
        await ends.CancelAsync();
        var average = await File.ReadAllTextAsync("/proc/loadavg", cancellationToken);
        return new(contender, seconds, counted, latencies, string.Join(' ', average.Split(' ')[..3]));
    }

    static IReadOnlyList<string> Texts { get; } = [.. Enumerable.Range(0, 256).Select(i => $"comment number {i}")];

    async Task<(double Seconds, WorkerCounts Counts)> CountAsync(TimeSpan warmUp, CancellationToken cancellationToken)
    {
        await Task.Delay(warmUp, time, cancellationToken);
        var started = time.GetTimestamp();
        var before = await WorkerCounts.ReadAsync(stack.Worker, cancellationToken);
        await Task.Delay(TimeSpan.FromSeconds(scenario.MeasuredSeconds), time, cancellationToken);
        var elapsed = time.GetElapsedTime(started);
        return (elapsed.TotalSeconds, await WorkerCounts.ReadAsync(stack.Worker, cancellationToken) - before);
    }
}
