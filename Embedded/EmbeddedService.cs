using Microsoft.Extensions.Options;
using SkillAi.Queue.Contracts.Models;
using SkillAi.Queue.Producer.Hosting;
using SkillAi.Queue.Transport.Hosting;
using SkillAi.Queue.Worker.Hosting;

namespace SkillAi.Queue.Embedded;

/// <summary>The whole system in one process: intake, in-process broker, worker and an in-process Redis. The code is
/// the one that runs distributed; only the broker's adapter and the servers differ.</summary>
public sealed class EmbeddedService : IAsyncDisposable
{
    /// <summary>Room for requests and results before they go to the disk; half of what the machine has, at most
    /// 4 GB.</summary>
    static long StoreMemory => Math.Min(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2, 4L << 30);

    readonly WebApplication _app;
    readonly EmbeddedRedis _redis;
    readonly DataFolder _data;

    EmbeddedService(WebApplication app, EmbeddedRedis redis, DataFolder data, IReadOnlyList<ModelVersion> models)
    {
        Models = models;
        _app = app;
        _redis = redis;
        _data = data;
        Url = new Uri(app.Urls.First());
    }

    public Uri Url { get; }

    public IReadOnlyList<ModelVersion> Models { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Starts everything and returns when requests can be answered.</summary>
    /// <exception cref="StartRefusedException">The port is taken, the data folder is in use or cannot be written, or a setting
    /// or a model is wrong.</exception>
    public static async Task<EmbeddedService> StartAsync(EmbeddedSettings settings, CancellationToken cancellationToken)
    {
        ListeningPort.RequireFree(settings.Port);
        var data = DataFolder.Open(settings.DataFolder);
        EmbeddedRedis? redis = null;
        WebApplication? app = null;
        try
        {
            redis = await EmbeddedRedis.StartAsync(data.Store, data.IsKept, StoreMemory);
            app = Build(settings, data, redis);
            // Before a service asks for its settings: the host would log the exception that it gets then.
            app.Services.GetRequiredService<IStartupValidator>().Validate();
            var models = app.Services.LoadModels();
            await app.StartAsync(cancellationToken);
            await Readiness.WaitAsync(app.Services, cancellationToken);
            return new(app, redis, data, models);
        }
        catch (Exception cause)
        {
            // A wait for readiness that ends is the end of something else.
            var part = app is not null && cause is OperationCanceledException ? BrokenPart.Find(app.Services) : null;
            var reason = part ?? Refusal.Find(cause) ?? cause;
            if (app is not null)
                await app.DisposeAsync();
            if (redis is not null)
                await redis.DisposeAsync();
            data.Dispose();
            if (reason != cause)
                throw reason;

            throw;
        }
    }

    /// <summary>What made the service stop by itself; null where nothing did.</summary>
    public Exception? Failure => BrokenPart.Find(_app.Services);

    /// <summary>Completes when the process is asked to stop, by the token or by a signal to the host, or has to.</summary>
    public Task WaitForStopAsync(CancellationToken cancellationToken) => _app.WaitForShutdownAsync(cancellationToken);

    /// <summary>Finishes what runs, stores it, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None);
        await _app.DisposeAsync();
        await _redis.DisposeAsync();
        _data.Dispose();
    }

    static WebApplication Build(EmbeddedSettings settings, DataFolder data, EmbeddedRedis redis)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddInMemoryCollection(settings.More);
        builder.Configuration.AddInMemoryCollection(redis.Settings);
        builder.Configuration.AddInMemoryCollection(Configure(settings, data, builder.Configuration));
        builder.Logging.ClearProviders().AddSimpleConsole(format => format.SingleLine = true)
            .SetMinimumLevel(settings.IsQuiet ? LogLevel.Error : LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning)
            // Why a part broke is said by whoever started the service, once.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);

        builder.Services
            .AddOperations()
            .AddInProcessBroker()
            .AddRedis(builder.Configuration)
            .AddProducer(builder.Configuration)
            .AddWorker(builder.Configuration)
            .AddTraces(builder.Configuration, "skillai-queue");

        var app = builder.Build();
        app.MapProducer();
        app.MapOperations();
        return app;
    }

    static Dictionary<string, string?> Configure(
        EmbeddedSettings settings, DataFolder data, ConfigurationManager environment) => new()
    {
        ["Urls"] = $"http://127.0.0.1:{settings.Port}",
        // There is no key to show: a page whose name is made to mean this machine would be as good as its user.
        ["AllowedHosts"] = environment["AllowedHosts"] ?? "localhost;127.0.0.1;[::1]",
        ["ConnectionStrings:RabbitMq"] = null,
        ["Spool:Kind"] = "folder",
        ["Spool:Folder"] = data.Spool,
        ["Worker:RunNotes"] = data.Runs,
        // The in-process queue is empty after a start: what is unfinished has to be fed again.
        ["Feeder:RefeedAtStart"] = "true",
        // Nobody else feeds: after a kill, the lease of the process before is all there is to wait for.
        ["Feeder:Lease"] = "00:00:01",
        ["Models:Path"] = environment["Models:Path"] ?? EmbeddedSettings.ModelsPath,
        ["Models:AllowSimulated"] = "true",
    };
}
