using System.Text.RegularExpressions;

namespace SkillAi.Queue.Tests.Deploy;

public sealed partial class PrometheusTests
{
    [Theory]
    [InlineData("recording.yml")]
    [InlineData("alerts.yml")]
    public void Rules_are_well_formed(string file)
    {
        Tool.Promtool.Run("check", "rules", $"deploy/prometheus/{file}").Succeeded();
    }

    [Fact]
    public void Alerts_fire_when_they_should_and_only_then()
    {
        Tool.Promtool.Run("test", "rules", "deploy/prometheus/alerts.test.yml").Succeeded();
    }

    [Fact]
    public void Every_alert_is_seen_to_fire()
    {
        var tests = Repository.Read("deploy/prometheus/alerts.test.yml");

        Assert.All(Alerts(), alert => Assert.Contains($"alertname=\"{alert}\"", tests, StringComparison.Ordinal));
    }

    [Fact]
    public void The_compose_scrape_configuration_is_well_formed()
    {
        Tool.Promtool.Run("check", "config", "--syntax-only", "deploy/prometheus/scrape-compose.yml").Succeeded();
    }

    [Fact]
    public void The_Kubernetes_scrape_example_finds_pods_by_the_labels_that_the_chart_sets()
    {
        // Debian's promtool is built without Kubernetes discovery, so it cannot read this one.
        var example = Repository.Read("deploy/prometheus/scrape-kubernetes.yml");
        var pods = Manifests.Deployments(Chart.Render(4, "production.yaml")).Select(deployment => deployment.Spec.Template);

        Assert.All(pods, pod =>
        {
            Assert.Contains($"regex: {pod.Metadata.Labels["app.kubernetes.io/name"]},", example, StringComparison.Ordinal);
            Assert.Contains($"regex: {pod.Spec.Containers.Single().Ports.Single().Name},", example, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Every_alert_links_to_a_heading_of_the_runbook()
    {
        var headings = Repository.Read("docs/operations.md").Split('\n')
            .Where(line => line.StartsWith("##", StringComparison.Ordinal))
            .Select(line => NotInAnchors().Replace(line.TrimStart('#', ' ').ToLowerInvariant(), "").Replace(' ', '-'))
            .ToHashSet();
        var links = RunbookUrl().Matches(Repository.Read("deploy/prometheus/alerts.yml")).Select(match => match.Groups["name"].Value).ToList();

        Assert.Equal(Alerts().Count, links.Count);
        Assert.Empty(links.Except(headings));
    }

    static List<string> Alerts() =>
        [.. AlertName().Matches(Repository.Read("deploy/prometheus/alerts.yml")).Select(match => match.Groups["name"].Value)];

    [GeneratedRegex(@"- alert: (?<name>\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AlertName();

    [GeneratedRegex(@"runbook_url: docs/operations\.md#(?<name>\S+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RunbookUrl();

    [GeneratedRegex("[^a-z0-9 -]", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NotInAnchors();
}
