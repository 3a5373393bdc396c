using System.Globalization;
using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Bench.Pipeline;

/// <summary>What a worker has counted since its start, from its metrics.</summary>
readonly record struct WorkerCounts(double Items, double Runs, double RunItems)
{
    public static async Task<WorkerCounts> ReadAsync(HttpClient worker, CancellationToken cancellationToken)
    {
        var lines = (await worker.GetStringAsync(new Uri("/metrics", UriKind.Relative), cancellationToken)).Split('\n');
        return new(
            Sum(lines, MetricNames.ItemsDone), Sum(lines, MetricNames.RunSize + "_count"),
            Sum(lines, MetricNames.RunSize + "_sum"));
    }

    public static WorkerCounts operator -(WorkerCounts after, WorkerCounts before) =>
        new(after.Items - before.Items, after.Runs - before.Runs, after.RunItems - before.RunItems);

    // Over all lanes, models and outcomes.
    static double Sum(IEnumerable<string> lines, string metric) => lines
        .Where(line => line.StartsWith(metric + "{", StringComparison.Ordinal))
        .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
}
