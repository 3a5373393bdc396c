using k8s.Models;
using Microsoft.Extensions.Configuration;
using SkillAi.Queue.Worker.Hosting;

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
        Assert.All(Chart.Examples, example =>
            Assert.Equal(Chart.Render(3, example).ReplaceLineEndings(), Chart.Render(4, example).ReplaceLineEndings()));
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

    [Theory]
    [InlineData("gpu", "skillai-queue-worker:0.1.0-gpu", "cuda")]
    [InlineData("cpu", "skillai-queue-worker:0.1.0-cpu", "cpu")]
    public void The_flavor_sets_image_device_and_provider_together(string flavor, string image, string provider)
    {
        var workers = Manifests.Workers(Chart.RenderWith(4, $"flavor={flavor}").Succeeded());

        Assert.All(workers, worker =>
        {
            var container = worker.Spec.Template.Spec.Containers.Single();
            Assert.Equal(image, container.Image);
            Assert.Equal(provider, container.Env.Single(variable => variable.Name == "ExecutionProvider").Value);
            Assert.Equal(flavor == "gpu", container.Resources.Limits.ContainsKey("nvidia.com/gpu"));
        });
    }

    [Theory]
    [InlineData("keda-prometheus", false)]
    [InlineData("hpa", false)]
    [InlineData("none", true)]
    public void Replicas_are_written_only_where_nothing_scales(string mode, bool written)
    {
        var workers = Manifests.Workers(Chart.RenderWith(4, $"autoscaling.mode={mode}").Succeeded());

        Assert.All(workers, worker => Assert.Equal(written, worker.Spec.Replicas is not null));
    }

    [Fact]
    public void Pods_run_without_root_privileges_or_a_writable_root()
    {
        foreach (var deployment in Manifests.Deployments(Chart.Render(4, "production.yaml")))
        {
            var pod = deployment.Spec.Template.Spec;
            Assert.True(pod.SecurityContext.RunAsNonRoot);
            Assert.All(pod.Containers, container =>
            {
                Assert.True(container.SecurityContext.ReadOnlyRootFilesystem);
                Assert.False(container.SecurityContext.AllowPrivilegeEscalation);
                Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
            });
        }
    }

    [Theory]
    [InlineData(30)]
    [InlineData(90)]
    [InlineData(600)]
    public void A_worker_stops_before_its_pod_is_killed(int grace)
    {
        var workers = Manifests.Workers(Chart.RenderWith(4, $"worker.terminationGracePeriodSeconds={grace}").Succeeded());

        Assert.All(workers, worker => Assert.Equal(grace - 15, Options(worker).ShutdownTimeout.TotalSeconds));
    }

    [Fact]
    public void Workers_serve_the_lanes_of_their_pool()
    {
        var workers = Manifests.Workers(Chart.RenderWith(4).Succeeded());

        Assert.Equal([WorkerLanes.Bulk, WorkerLanes.Both], workers.Select(worker => Options(worker).Lanes));
    }

    /// <summary>As the worker itself reads its environment.</summary>
    static WorkerOptions Options(V1Deployment worker) => new ConfigurationBuilder()
        .AddInMemoryCollection(worker.Spec.Template.Spec.Containers.Single().Env.Where(variable => variable.Value is not null)
            .Select(variable => KeyValuePair.Create(variable.Name.Replace("__", ":", StringComparison.Ordinal), (string?)variable.Value)))
        .Build().GetSection("Worker").Get<WorkerOptions>()!;
}
