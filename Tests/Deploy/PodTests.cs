using k8s.Models;
using Microsoft.Extensions.Configuration;
using SkillAi.Queue.Worker.Hosting;

namespace SkillAi.Queue.Tests.Deploy;

/// <summary>What the chart's pods are given, and who may reach them.</summary>
public sealed class PodTests
{
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

    [Fact]
    public void A_worker_serves_the_model_of_its_pool_and_no_other_that_lies_beside_it()
    {
        var workers = Manifests.Workers(Chart.Render(4, "production.yaml"));

        Assert.Equal(["moderation", "moderation", "ranking"], workers.Select(worker => Settings(worker)["Models:Only"]));
    }

    // A values file has floats only, and 2e+06 is no integer.
    [Fact]
    public void A_large_number_of_a_values_file_stays_a_number()
    {
        var api = Manifests.Deployments(Chart.Render(4, "production.yaml"))
            .Single(deployment => deployment.Metadata.Labels["app.kubernetes.io/component"] == "api");

        Assert.Equal("2000000", Settings(api)["Admission:LaneItems"]);
    }

    [Fact]
    public void A_broker_that_is_away_neither_restarts_a_worker_nor_keeps_it_from_starting()
    {
        var workers = Manifests.Workers(Chart.RenderWith(4).Succeeded()).Select(worker => worker.Spec.Template.Spec.Containers.Single());

        Assert.All(workers, worker => Assert.All(
            new[] { worker.StartupProbe, worker.LivenessProbe }, probe => Assert.Equal("/health/live", probe.HttpGet.Path)));
    }

    [Theory]
    [InlineData("keda-prometheus", 3)]
    [InlineData("keda-metrics-api", 4)]
    public void Where_callers_are_named_Prometheus_KEDA_and_the_charts_test_reach_the_API_too(string mode, int sources)
    {
        const string callers = "networkPolicy.apiFrom[0].namespaceSelector.matchLabels.team=web";
        var policies = Manifests.ReadStrictly(Chart.RenderWith(4, callers, $"autoscaling.mode={mode}").Succeeded()).OfType<V1NetworkPolicy>();

        Assert.Equal(sources, policies.Single(policy => policy.Metadata.Name == "skillai-api").Spec.Ingress.Single().FromProperty.Count);
    }

    [Fact]
    public void Where_nobody_may_scrape_no_worker_is_open_to_all()
    {
        var policies = Manifests.ReadStrictly(Chart.RenderWith(4, "networkPolicy.metricsFrom=null").Succeeded()).OfType<V1NetworkPolicy>();

        Assert.Null(policies.Single(policy => policy.Metadata.Name == "skillai-worker").Spec.Ingress);
    }

    [Fact]
    public void Slices_of_a_GPU_are_tolerated_as_whole_ones()
    {
        var workers = Manifests.Workers(Chart.RenderWith(4, "worker.gpuResource=nvidia.com/mig-1g\\.10gb").Succeeded());

        Assert.All(workers, worker => Assert.Equal(
            ["nvidia.com/gpu", "nvidia.com/mig-1g.10gb"], worker.Spec.Template.Spec.Tolerations.Select(toleration => toleration.Key)));
    }

    [Fact]
    public void Without_an_account_of_its_own_a_pod_runs_under_one_that_exists()
    {
        var pods = Manifests.Deployments(Chart.RenderWith(4, "serviceAccount.create=false").Succeeded());

        Assert.All(pods, pod => Assert.Equal("default", pod.Spec.Template.Spec.ServiceAccountName));
    }

    /// <summary>As the worker itself reads its environment.</summary>
    static WorkerOptions Options(V1Deployment worker) => Settings(worker).GetSection("Worker").Get<WorkerOptions>()!;

    static IConfigurationRoot Settings(V1Deployment program) => new ConfigurationBuilder()
        .AddInMemoryCollection(program.Spec.Template.Spec.Containers.Single().Env.Where(variable => variable.Value is not null)
            .Select(variable => KeyValuePair.Create(variable.Name.Replace("__", ":", StringComparison.Ordinal), (string?)variable.Value)))
        .Build();
}
