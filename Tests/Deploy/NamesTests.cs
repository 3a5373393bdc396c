using System.Globalization;
using System.Text.RegularExpressions;
using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Tests.Deploy;

/// <summary>A metric or a queue that is misspelt in a rule reads as "nothing is wrong".</summary>
public sealed partial class NamesTests
{
    static readonly HashSet<string> Metrics =
    [
        .. typeof(MetricNames).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!),
    ];

    public static TheoryData<string> FilesWithMetrics =>
    [
        "deploy/prometheus/recording.yml", "deploy/prometheus/alerts.yml", "deploy/prometheus/alerts.test.yml",
        "deploy/grafana/dashboards/skillai-queue.json", "deploy/keda/prometheus.yaml",
        "deploy/prometheus/adapter.yml",
        "deploy/helm/skillai-queue/templates/_triggers.tpl",
    ];

    [Theory, MemberData(nameof(FilesWithMetrics))]
    public void Metrics_are_those_of_the_code(string file)
    {
        var used = MetricName().Matches(Repository.Read(file)).Select(match => Base(match.Value)).ToHashSet();

        Assert.NotEmpty(used);
        Assert.Empty(used.Except(Metrics));
    }

    [Fact]
    public void Recorded_series_that_are_used_are_recorded()
    {
        var recorded = Recorded().Matches(Repository.Read("deploy/prometheus/recording.yml")).Select(match => match.Groups["name"].Value).ToHashSet();

        foreach (var file in new[] { "deploy/prometheus/alerts.yml", "deploy/grafana/dashboards/skillai-queue.json" })
            Assert.Empty(RecordedName().Matches(Repository.Read(file)).Select(match => match.Value).Except(recorded));
    }

    [Fact]
    public void Queues_that_scale_workers_are_those_of_the_code()
    {
        var queues = Manifests.ScaledObjects(Chart.Render(4, "keda-rabbitmq.yaml"))
            .SelectMany(pool => pool.Spec.Triggers).Select(trigger => trigger.Metadata["queueName"]).ToHashSet();

        Assert.Equal([Topology.Queue("moderation", Lane.Bulk), Topology.Queue("moderation", Lane.Priority)], queues.Order());
    }

    [Fact]
    public void The_operators_topology_is_that_of_the_code()
    {
        var documents = Manifests.ReadStrictly(Chart.Render(4, "production.yaml"));

        Assert.Equal(
            new[] { Topology.DeadLetters, Topology.Exchange, Topology.Unrouted }
                .Concat(Enum.GetValues<RetryRung>().Select(Topology.RetryQueue)).Order(),
            documents.OfType<BrokerObject<ExchangeSpec>>().Select(exchange => exchange.Spec.Name).Order());
        Assert.All(Enum.GetValues<RetryRung>(), rung => Assert.Equal(
            rung.Delay().TotalMilliseconds.ToString(CultureInfo.InvariantCulture),
            documents.OfType<BrokerObject<QueueSpec>>().Single(queue => queue.Spec.Name == Topology.RetryQueue(rung)).Spec.Arguments!["x-message-ttl"].ToString()));
        Assert.Superset(
            new HashSet<string> { Topology.DeadLetters, Topology.Unrouted, Topology.Queue("ranking", Lane.Bulk) },
            documents.OfType<BrokerObject<QueueSpec>>().Select(queue => queue.Spec.Name).ToHashSet());
        Assert.Contains(
            documents.OfType<BrokerObject<BindingSpec>>(),
            binding => binding.Spec.Source == Topology.Exchange && binding.Spec.RoutingKey == Topology.Queue("ranking", Lane.Bulk));
    }

    [Theory]
    [InlineData("skillai-priority", "skillai.moderation.priority")]
    [InlineData("skillai-bulk", "skillai.moderation.bulk")]
    [InlineData("skillai-retry", "skillai.retry.1s")]
    [InlineData("skillai-kept", Topology.DeadLetters)]
    [InlineData("skillai-kept", Topology.Unrouted)]
    public void Policies_apply_to_the_queues_they_are_meant_for(string policy, string queue)
    {
        using var policies = System.Text.Json.JsonDocument.Parse(Repository.Read("deploy/rabbitmq/policies.json"));

        var applied = policies.RootElement.GetProperty("policies").EnumerateArray()
            .Where(candidate => Regex.IsMatch(queue, candidate.GetProperty("pattern").GetString()!, RegexOptions.None, TimeSpan.FromSeconds(1)))
            .Select(candidate => candidate.GetProperty("name").GetString());

        Assert.Equal([policy], applied);
    }

    static string Base(string series) => Metrics.Contains(series) ? series : Suffix().Replace(series, "");

    [GeneratedRegex(@"\b(skillai_[a-z0-9_]+|model_[a-z_]+_seconds[a-z_]*)\b(?!["" ]*: *\{)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MetricName();

    [GeneratedRegex("_(bucket|sum|count)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Suffix();

    [GeneratedRegex(@"record: (?<name>\S+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Recorded();

    [GeneratedRegex(@"\bskillai:[a-z_]+(:[a-z0-9]+)?", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RecordedName();
}
