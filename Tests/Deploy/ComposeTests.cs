namespace SkillAi.Queue.Tests.Deploy;

public sealed class ComposeTests
{
    [Fact]
    public void The_stack_is_well_formed_with_every_profile()
    {
        var services = Tool.DockerCompose.Run("--profile", "gpu", "config", "--services").Succeeded();

        Assert.Equal(
            ["api", "grafana", "prometheus", "rabbitmq", "redis", "worker", "worker-gpu"],
            services.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order());
    }

    [Fact]
    public void The_GPU_worker_starts_only_when_asked_for()
    {
        var services = Tool.DockerCompose.Run("config", "--services").Succeeded();

        Assert.DoesNotContain("worker-gpu", services, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("condition: service_healthy", "condition: service_healty")]
    [InlineData("stop_grace_period:", "stop_grace:")]
    public void A_misspelt_key_is_caught(string right, string wrong)
    {
        var compose = Repository.Read("docker-compose.yml");

        var result = Tool.DockerCompose.Run(
            compose.Replace(right, wrong, StringComparison.Ordinal), ["-f", "-", "config", "-q"]);

        Assert.NotEqual(0, result.ExitCode);
    }

    [Theory]
    [InlineData("Producer.Api.Dockerfile")]
    [InlineData("Worker.Dockerfile")]
    public void Images_build_without_a_frontend_from_a_registry_and_do_not_run_as_root(string file)
    {
        var lines = File.ReadAllLines(Repository.Path("deploy", "docker", file));

        Assert.DoesNotContain(lines, line => line.StartsWith("# syntax", StringComparison.Ordinal));
        Assert.Contains("USER 1654:1654", lines);
        Assert.StartsWith("ENTRYPOINT [\"dotnet\"", lines[^1], StringComparison.Ordinal);
    }
}
