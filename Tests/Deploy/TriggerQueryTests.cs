using System.Globalization;
using System.Text.RegularExpressions;
using k8s.Models;

namespace SkillAi.Queue.Tests.Deploy;

/// <summary>Every query of every rendered trigger, evaluated by Prometheus' engine over what two API instances export.</summary>
public sealed partial class TriggerQueryTests
{
    const int Backlog = 12_345;
    const int ArrivalsPerSecond = 300;

    [Fact]
    public void Queries_tell_backlog_and_arrivals_of_the_whole_service()
    {
        var triggers = Manifests.ScaledObjects(Chart.RenderWith(4).Succeeded()).SelectMany(pool => pool.Spec.Triggers).ToList();
        Holds(triggers.Select(trigger => (
            trigger.Metadata["query"], trigger.Name.EndsWith("-rate", StringComparison.Ordinal) ? ArrivalsPerSecond : Backlog)));
    }

    /// <summary>What prometheus-adapter makes of its rule when a HorizontalPodAutoscaler asks for its metric.</summary>
    [Fact]
    public void The_adapter_tells_an_autoscaler_what_arrives_in_its_lane()
    {
        var adapter = Repository.Read("deploy/prometheus/adapter.yml");
        var asked = Manifests.ReadStrictly(Chart.Render(4, "hpa.yaml")).OfType<V2HorizontalPodAutoscaler>()
            .SelectMany(scaler => scaler.Spec.Metrics).Select(metric => metric.External?.Metric).OfType<V2MetricIdentifier>().ToList();

        Assert.Equal(2, asked.Count);
        Assert.All(asked, metric => Assert.Equal(Rule().Match(adapter).Groups["name"].Value, metric.Name));
        Holds(asked.Select(metric => (Query(adapter, metric), ArrivalsPerSecond)));
    }

    static string Query(string adapter, V2MetricIdentifier metric) => Rule().Match(adapter).Groups["query"].Value
        .Replace("<<.Series>>", Rule().Match(adapter).Groups["series"].Value, StringComparison.Ordinal)
        .Replace(
            "<<.LabelMatchers>>",
            string.Join(',', metric.Selector.MatchLabels.Append(new("namespace", "here")).Select(label => $"{label.Key}=\"{label.Value}\"")),
            StringComparison.Ordinal);

    static void Holds(IEnumerable<(string Query, int Value)> expected)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, Write(expected));

            Tool.Promtool.Run("test", "rules", file).Succeeded();
        }
        finally
        {
            File.Delete(file);
        }
    }

    static string Write(IEnumerable<(string Query, int Value)> expected)
    {
        // Arrivals are split over the instances, the backlog is the same on both.
        var series =
            from lane in new[] { "priority", "bulk" }
            from instance in new[] { "a", "b" }
            let labels = $"lane=\"{lane}\",instance=\"{instance}\",namespace=\"here\""
            from line in new[]
            {
                Series($"skillai_items_enqueued_total{{model=\"moderation\",{labels}}}", $"0+{15 * ArrivalsPerSecond / 2}x20"),
                Series($"skillai_backlog_items{{model=\"moderation\",{labels}}}", $"{Backlog}x20"),
                Series($"skillai_backlog_items{{model=\"other\",{labels}}}", "999999x20"),
            }
            select line;
        return string.Join('\n',
        [
            "evaluation_interval: 15s", "tests:", "  - interval: 15s", "    input_series:", .. series,
            "    promql_expr_test:", .. expected.Select(Expectation), "",
        ]);
    }

    static string Series(string name, string values) => $"      - {{ series: '{name}', values: '{values}' }}";

    static string Expectation((string Query, int Value) expected) =>
        $"      - {{ expr: '{expected.Query}', eval_time: 5m, exp_samples: [{{ labels: '{{}}', value: "
        + expected.Value.ToString(CultureInfo.InvariantCulture) + " }] }";

    [GeneratedRegex(
        @"seriesQuery: (?<series>\w+)\{.*name: \{ as: (?<name>\w+) \}.*metricsQuery: (?<query>.+?)\n",
        RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1000)]
    private static partial Regex Rule();
}
