using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using SkillAi.Queue.Transport.Hosting;
using SkillAi.Queue.Worker.Hosting;

namespace SkillAi.Queue.Tests.Integration.Api;

/// <summary>A worker as its own program composes it, on real servers, with a simulated device.</summary>
static class HostedWorker
{
    /// <param name="models">The folder that is made its <c>Models:Path</c>, with one version of one model in it.</param>
    public static async Task<WebApplication> StartAsync(
        string models, string model, string version, IEnumerable<(string Key, string Value)> settings)
    {
        var folder = Directory.CreateDirectory(Path.Combine(models, model, version)).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "model.json"),
            """
            {"task":"text_classification","backend":"simulated","input":{"name":"text","kind":"utf8_bytes"},
             "output":{"name":"scores","labels":["a"]},"simulated":{"cost":[{"items":1,"ms":1}]}}
            """);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(settings
            .Concat([("Models:Path", models), ("Models:AllowSimulated", "true")])
            .ToDictionary(pair => pair.Item1, string? (pair) => pair.Item2));
        builder.Services.AddRabbitMq(builder.Configuration).AddRedis(builder.Configuration).AddWorker(builder.Configuration);
        var app = builder.Build();
        app.Services.LoadModels();
        await app.StartAsync();
        return app;
    }
}
