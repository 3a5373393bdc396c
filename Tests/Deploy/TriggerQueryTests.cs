using System.Globalization;

namespace SkillAi.Queue.Tests.Deploy;

/// <summary>Every query of every rendered trigger, evaluated by Prometheus' engine over what two API instances export.</summary>
public sealed class TriggerQueryTests
{
    const int Backlog = 12_345;
    const int ArrivalsPerSecond = 300;

    [Fact]
    public void Queries_tell_backlog_and_arrivals_of_the_whole_service()
    {
        var triggers = Manifests.ScaledObjects(Chart.RenderWith(4).Succeeded()).SelectMany(pool => pool.Spec.Triggers).ToList();
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, Write(triggers));

            Tool.Promtool.Run("test", "rules", file).Succeeded();
        }
        finally
        {
            File.Delete(file);
        }
    }

    static string Write(List<ScaleTrigger> triggers)
    {
        // Arrivals are split over the instances, the backlog is the same on both.
        var series =
            from lane in new[] { "priority", "bulk" }
            from instance in new[] { "a", "b" }
            from line in new[]
            {
                Series($"skillai_items_enqueued_total{{model=\"moderation\",lane=\"{lane}\",instance=\"{instance}\"}}", $"0+{15 * ArrivalsPerSecond / 2}x20"),
                Series($"skillai_backlog_items{{model=\"moderation\",lane=\"{lane}\",instance=\"{instance}\"}}", $"{Backlog}x20"),
                Series($"skillai_backlog_items{{model=\"other\",lane=\"{lane}\",instance=\"{instance}\"}}", "999999x20"),
            }
            select line;
        return string.Join('\n',
        [
            "evaluation_interval: 15s", "tests:", "  - interval: 15s", "    input_series:", .. series,
            "    promql_expr_test:", .. triggers.Select(Expectation), "",
        ]);
    }

    static string Series(string name, string values) => $"      - {{ series: '{name}', values: '{values}' }}";

    static string Expectation(ScaleTrigger trigger)
    {
        var isRate = trigger.Name.EndsWith("-rate", StringComparison.Ordinal);
        return $"      - {{ expr: '{trigger.Metadata["query"]}', eval_time: 5m, exp_samples: [{{ labels: '{{}}', value: "
            + (isRate ? ArrivalsPerSecond : Backlog).ToString(CultureInfo.InvariantCulture) + " }] }";
    }
}
