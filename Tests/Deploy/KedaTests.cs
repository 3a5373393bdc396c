using System.Text.Json;
using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Tests.Deploy;

public sealed class KedaTests
{
    [Theory]
    [InlineData("queueName:", "queuName:", "queuName")]
    [InlineData("mode: QueueLength", "modus: QueueLength", "modus")]
    [InlineData("maxReplicaCount:", "maxReplicasCount:", "maxReplicasCount")]
    [InlineData("stabilizationWindowSeconds:", "stabilisationWindowSeconds:", "stabilisationWindowSeconds")]
    [InlineData("type: rabbitmq", "type: rabbit", "rabbit")]
    public void A_misspelt_key_is_caught(string right, string wrong, string named)
    {
        var manifest = Repository.Read("deploy", "keda", "rabbitmq.yaml");
        Assert.NotEmpty(Manifests.ReadStrictly(manifest));

        var error = Record.Exception(() => Manifests.ReadStrictly(manifest.Replace(right, wrong, StringComparison.Ordinal)));

        Assert.NotNull(error);
        Assert.Contains(named, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Trigger_parameters_are_those_that_KEDA_lists()
    {
        var list = Repository.Path("..", "shared", "keda-scalers-schema.json");
        Assert.SkipUnless(File.Exists(list), "KEDA's list of trigger parameters is not beside this checkout.");

        using var stream = File.OpenRead(list);
        Triggers.CheckAgainst(stream);
    }

    [Theory]
    [InlineData("prometheus.yaml", "keda-prometheus")]
    [InlineData("metrics-api.yaml", "keda-metrics-api")]
    [InlineData("rabbitmq.yaml", "keda-rabbitmq")]
    public void Plain_manifests_equal_what_the_chart_renders(string file, string mode)
    {
        var plain = Manifests.ReadStrictly(Repository.Read("deploy", "keda", file));
        var chart = Manifests.ReadStrictly(Chart.RenderWith(4, $"autoscaling.mode={mode}").Succeeded());

        Assert.Equal(Specs(chart), Specs(plain));
    }

    [Fact]
    public void A_pool_that_serves_both_lanes_scales_on_the_urgent_one()
    {
        var scaled = Manifests.ScaledObjects(Chart.RenderWith(4).Succeeded());

        var urgent = scaled.Single(pool => pool.Metadata.Name == "skillai-moderation-priority");
        Assert.All(urgent.Spec.Triggers, trigger => Assert.Contains("lane=\"priority\"", trigger.Metadata["query"], StringComparison.Ordinal));
    }

    [Fact]
    public void Backlog_is_a_maximum_over_the_replicas_and_a_missing_series_an_error()
    {
        var triggers = Manifests.ScaledObjects(Chart.RenderWith(4).Succeeded()).SelectMany(pool => pool.Spec.Triggers).ToList();

        Assert.All(triggers, trigger => Assert.Equal("false", trigger.Metadata["ignoreNullValues"]));
        Assert.All(
            triggers.Where(trigger => trigger.Metadata["query"].Contains(MetricNames.BacklogItems, StringComparison.Ordinal)),
            trigger => Assert.StartsWith("max(", trigger.Metadata["query"], StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("keda-prometheus")]
    [InlineData("keda-metrics-api")]
    [InlineData("keda-rabbitmq")]
    public void Every_mode_has_the_stable_signal_and_the_accelerator(string mode)
    {
        var scaled = Manifests.ScaledObjects(Chart.RenderWith(4, $"autoscaling.mode={mode}").Succeeded());

        Assert.All(scaled, pool => Assert.Equal(["rate", "backlog"], pool.Spec.Triggers.Select(trigger => trigger.Name.Split('-')[1])));
        Assert.All(scaled, pool => Assert.Equal("currentReplicasIfHigher", pool.Spec.Fallback?.Behavior));
    }

    [Fact]
    public void Where_releases_share_a_Prometheus_labels_tell_them_apart()
    {
        var triggers = Manifests.ScaledObjects(Chart.RenderWith(4, "autoscaling.prometheus.labels.namespace=prod").Succeeded())
            .SelectMany(pool => pool.Spec.Triggers);

        Assert.All(triggers, trigger => Assert.Contains(",namespace=\"prod\"}", trigger.Metadata["query"], StringComparison.Ordinal));
    }

    // KEDA asks the pods behind the Service, by the port of the address.
    [Fact]
    public void The_API_is_asked_on_its_pods_port_whatever_the_services_is()
    {
        var triggers = Manifests.ScaledObjects(
            Chart.RenderWith(4, "autoscaling.mode=keda-metrics-api", "api.service.port=80").Succeeded()).SelectMany(pool => pool.Spec.Triggers);

        Assert.All(triggers, trigger => Assert.Equal(8080, new Uri(trigger.Metadata["url"]).Port));
    }

    static List<string> Specs(IEnumerable<object> documents) =>
    [
        .. documents.OfType<ScaledObject>().Select(scaled => $"{scaled.Metadata.Name} {JsonSerializer.Serialize(scaled.Spec)}").Order(),
        .. documents.OfType<TriggerAuthentication>().Select(auth => $"{auth.Metadata.Name} {JsonSerializer.Serialize(auth.Spec)}"),
    ];
}
