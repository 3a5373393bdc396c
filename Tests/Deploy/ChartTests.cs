namespace SkillAi.Queue.Tests.Deploy;

public sealed class ChartTests
{
    public static TheoryData<int, string> Examples =>
        [.. from major in new[] { 3, 4 } from example in Chart.Examples select new TheoryDataRow<int, string>(major, example)];

    [Theory, MemberData(nameof(Examples))]
    public void Lints_without_a_warning(int major, string example)
    {
        Chart.Lint(major, example).Succeeded();
    }

    [Theory, MemberData(nameof(Examples))]
    public void Renders_only_fields_that_exist(int major, string example)
    {
        Assert.NotEmpty(Manifests.ReadStrictly(Chart.Render(major, example)));
    }

    [Fact]
    public void Both_helms_render_the_same()
    {
        // One after the other, not as Assert.All does it: that takes a missing tool for a failure, not for a reason to skip.
        foreach (var example in Chart.Examples)
            Assert.Equal(Chart.Render(3, example).ReplaceLineEndings(), Chart.Render(4, example).ReplaceLineEndings());
    }

    [Theory]
    [InlineData("flavor=cuda", "flavor")]
    [InlineData("autoscaling.mode=keda", "keda-prometheus")]
    [InlineData("autoscaling.minReplicas=two", "minReplicas")]
    [InlineData("worker.replica=3", "replica")]
    [InlineData("pools.moderation-bulk.lanes={fast}", "priority")]
    [InlineData("pools.moderation-bulk.autoscaling.lanes={priority}", "does not serve the lane \"priority\"")]
    [InlineData("autoscaling.minReplicas=12", "is greater than autoscaling.maxReplicas (10)")]
    [InlineData("pools.moderation-bulk=null", "no pool of model \"moderation\" scales on the bulk lane")]
    [InlineData("models.source=pvc", "models.pvc.claimName is needed")]
    [InlineData("pools=null", "pools")]
    [InlineData("pools.extra.lanes={bulk}", "model")]
    [InlineData("worker.env.ExecutionProvider=cpu", "env.ExecutionProvider: the chart sets it itself")]
    [InlineData("api.env.RabbitMq__Topology=verify", "env.RabbitMq__Topology: the chart sets it itself")]
    [InlineData("autoscaling.prometheus.authModes=basic", "needs autoscaling.prometheus.triggerAuthentication")]
    [InlineData("dev.enabled=false", "rabbitmq: set existingSecret or url")]
    [InlineData("rabbitmq.url=localhost:5672", "rabbitmq")]
    public void A_wrong_value_is_refused_and_named(string value, string expected)
    {
        foreach (var major in new[] { 3, 4 })
        {
            var result = Chart.RenderWith(major, value);

            Assert.NotEqual(0, result.ExitCode);
            Assert.Contains(expected, result.Errors, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_name_that_KEDA_would_refuse_is_refused_here()
    {
        const string pool = "pools.a-pool-whose-name-is-as-long-as-it-may";

        var result = Chart.RenderAs("skillai-in-production", $"{pool}.model=m", $"{pool}.lanes={{bulk}}");

        Assert.NotEqual(0, result.ExitCode);
        Assert.Contains("is longer than 54 characters", result.Errors, StringComparison.Ordinal);
    }
}
