using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SkillAi.Queue.Transport.Hosting;
using SkillAi.Queue.Worker.Hosting;
using SkillAi.Queue.Worker.Models;

namespace SkillAi.Queue.Tests.Unit.Worker;

public sealed class HostingTests : IDisposable
{
    readonly string _root = Directory.CreateTempSubdirectory("skillai-host-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public async Task A_worker_composes_and_is_not_ready_before_it_runs()
    {
        await using var app = Build(Shipped.Models);

        app.Services.LoadModels();
        var health = await app.Services.GetRequiredService<HealthCheckService>()
            .CheckHealthAsync(check => check.Name == "worker");

        Assert.NotEmpty(app.Services.GetServices<IHostedService>());
        Assert.Equal(HealthStatus.Unhealthy, health.Status);
    }

    [Theory]
    [InlineData("Worker:Devices", "0", "Devices")]
    [InlineData("Models:Path", "", "Models:Path")]
    [InlineData("Models:WarmUp", "-00:00:01", "WarmUp")]
    [InlineData("Onnx:IntraOpThreads", "0", "IntraOpThreads")]
    [InlineData("Batching:MaxRunItems", "0", "MaxRunItems")]
    public void A_wrong_setting_stops_the_start_and_is_named(string key, string value, string named)
    {
        var wrong = Assert.ThrowsAny<OptionsValidationException>(() =>
        {
            var app = Build(Shipped.Models, (key, value));
            app.Services.GetRequiredService<IStartupValidator>().Validate();
        });

        Assert.Contains(named, wrong.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Production", null, false)]
    [InlineData("Production", "true", true)]
    [InlineData("Development", null, true)]
    public async Task A_simulated_device_is_refused_in_production(string environment, string? allow, bool isServed)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_root, "sim", "1")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "model.json"),
            """
            {"task":"text_classification","backend":"simulated","input":{"name":"text","kind":"utf8_bytes"},
             "output":{"name":"scores","labels":["a"]},"simulated":{"cost":[{"items":1,"ms":0}]}}
            """);
        await using var app = Build(_root, ("environment", environment), ("Models:AllowSimulated", allow));

        if (isServed)
        {
            app.Services.LoadModels();
            return;
        }

        var refused = Assert.Throws<ModelLoadException>(app.Services.LoadModels);
        Assert.Contains("Models:AllowSimulated", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_provider_is_named_with_those_that_are_known()
    {
        await using var app = Build(Shipped.Models, ("ExecutionProvider", "tpu"));

        var refused = Assert.Throws<ModelLoadException>(app.Services.LoadModels);

        Assert.Equal("ExecutionProvider is 'tpu'; it is one of auto, cpu, cuda and tensorrt.", refused.Message);
    }

    static WebApplication Build(string models, params (string Key, string? Value)[] settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            EnvironmentName = settings.FirstOrDefault(setting => setting.Key == "environment").Value ?? "Development",
        });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Models:Path"] = models, ["ConnectionStrings:Redis"] = "127.0.0.1:1",
        });
        builder.Configuration.AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => setting.Value));
        builder.Services.AddInProcessBroker().AddRedis(builder.Configuration).AddWorker(builder.Configuration);
        return builder.Build();
    }
}
