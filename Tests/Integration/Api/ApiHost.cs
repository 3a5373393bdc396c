using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using SkillAi.Queue.Contracts.Models;
using SkillAi.Queue.Producer.Hosting;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Transport.Hosting;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Integration.Api;

/// <summary>The API as its program composes it, on a free port, with a real Redis, and RabbitMQ where the
/// settings name one, else the broker in memory.</summary>
sealed class ApiHost : IAsyncDisposable
{
    readonly WebApplication _app;

    ApiHost(WebApplication app)
    {
        _app = app;
        Http = new() { BaseAddress = new(app.Urls.Single()), Timeout = TimeSpan.FromSeconds(90) };
    }

    public HttpClient Http { get; }

    public Uri Address => Http.BaseAddress!;

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    /// <param name="publisher">Stands in for the broker's publisher.</param>
    public static async Task<ApiHost> StartAsync(
        string redis, IChunkPublisher? publisher = null, Action<IServiceCollection>? services = null,
        params (string Key, string Value)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(
            settings.Append(("ConnectionStrings:Redis", redis)).ToDictionary(pair => pair.Item1, string? (pair) => pair.Item2));
        if (builder.Configuration.GetConnectionString("RabbitMq") is not null)
            builder.Services.AddRabbitMq(builder.Configuration);
        else
            builder.Services.AddInProcessBroker();

        builder.Services
            .AddRedis(builder.Configuration)
            .AddProducer(builder.Configuration);
        if (publisher is not null)
            builder.Services.AddSingleton(publisher);

        services?.Invoke(builder.Services);
        var app = builder.Build();
        app.MapOperations();
        app.MapProducer();
        await app.StartAsync();
        return new(app);
    }

    /// <summary>Makes a model known, as a worker that is not there at the moment has done.</summary>
    public Task DeclareAsync(string model, string version = "1") =>
        Get<ModelDirectory>().DeclareAsync([new(model, version, new ModelManifest
        {
            Task = ModelTask.TextClassification,
            Input = new() { Name = "text", Kind = ModelInputKind.Utf8Bytes },
            Output = new() { Name = "scores", Labels = ["toxic"] },
        })]);

    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}
