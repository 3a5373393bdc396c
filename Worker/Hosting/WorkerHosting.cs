using Microsoft.Extensions.Options;
using SkillAi.Queue.Contracts.Events;
using SkillAi.Queue.Contracts.Models;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Transport.Events;
using SkillAi.Queue.Transport.Hosting;
using SkillAi.Queue.Transport.Redis;
using SkillAi.Queue.Worker.Batching;
using SkillAi.Queue.Worker.Devices;
using SkillAi.Queue.Worker.Failures;
using SkillAi.Queue.Worker.Models;
using SkillAi.Queue.Worker.Models.Onnx;
using SkillAi.Queue.Worker.Pipeline;
using SkillAi.Queue.Worker.Telemetry;

namespace SkillAi.Queue.Worker.Hosting;

/// <summary>A worker in a host that has a broker and Redis already.</summary>
public static class WorkerHosting
{
    public static IServiceCollection AddWorker(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOperations();
        services.AddWorkerOptions(configuration);
        services.AddModels(configuration);
        services.AddSingleton<WorkerClock>();
        services.AddSingleton<Cancellations>();
        services.AddSingleton<Suspects>();
        services.AddSingleton<SuspectStore>();
        services.AddSingleton<WorkerMetrics>();
        services.AddHostedService(MakeSuspectWatch);
        services.AddSingleton<WorkerService>(MakeService);
        services.AddHostedService(provider => provider.GetRequiredService<WorkerService>());
        services.AddHostedService(MakeMemoryWatch);
        services.AddSingleton<ModelAnnouncer>();
        services.AddHostedService(provider => provider.GetRequiredService<ModelAnnouncer>());
        services.AddHealthChecks().AddCheck<WorkerHealthCheck>("worker", tags: [Operations.Ready]);
        services.AddEvents(configuration, handlers => handlers.On<WorkCancelled>(
            (provider, cancelled) => provider.GetRequiredService<Cancellations>().Cancel(cancelled.Id)));
        return services;
    }

    /// <summary>Loads the models before the host starts, so that what is wrong with them is all that is said.</summary>
    /// <exception cref="ModelLoadException">One of them cannot be served.</exception>
    /// <returns>What is served.</returns>
    public static IReadOnlyList<ModelVersion> LoadModels(this IServiceProvider services)
    {
        var models = services.GetRequiredService<ServedModels>();
        models.Load();
        return [.. models.All.SelectMany(versions => versions.All).Select(model => model.Declaration)];
    }

    static void AddWorkerOptions(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<WorkerOptions, WorkerOptionsValidator>(configuration.GetSection("Worker"))
            .PostConfigure(worker => worker.RunNotes = worker.RunNotes is { Length: > 0 } folder
                ? folder
                : NotesFolder.Default(configuration.GetConnectionString("Redis")))
            .Validate(worker => NotesFolder.TryOpen(worker.RunNotes), "Worker:RunNotes must be a folder that can be written, and whose files can be locked.");
        services.AddSettings<ModelOptions, ModelOptionsValidator>(configuration.GetSection("Models"));
        services.AddSettings<OnnxOptions, OnnxOptionsValidator>(configuration.GetSection("Onnx"));
        services.AddSettings<BatchingOptions, BatchingOptionsValidator>(configuration.GetSection("Batching"));
        // A host waits as long as the slowest of its services asks for.
        services.AddOptions<HostOptions>().Configure<IOptions<WorkerOptions>>((host, worker) =>
            host.ShutdownTimeout = Max(host.ShutdownTimeout, worker.Value.ShutdownTimeout + TimeSpan.FromSeconds(2)));
    }

    static void AddModels(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(provider => new ModelRepository(
            provider.GetRequiredService<ModelOptions>().Path, provider.GetRequiredService<ModelOptions>().Only));
        services.AddSingleton(provider => new OnnxLoader(
            ReadProvider(configuration["ExecutionProvider"]), provider.GetRequiredService<OnnxOptions>(),
            provider.GetRequiredService<ILogger<OnnxLoader>>()));
        services.AddSingleton(provider => new ModelLoader(
            provider.GetRequiredService<OnnxLoader>(), provider.GetRequiredService<ModelOptions>(),
            provider.GetRequiredService<IHostEnvironment>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ServedModels>();
    }

    static WorkerService MakeService(IServiceProvider provider)
    {
        var worker = provider.GetRequiredService<WorkerOptions>();
        var settings = new PipelineSettings(
            worker.Devices, worker.Lanes.ToList(), worker.PriorityPrefetch, provider.GetRequiredService<BatchingOptions>(),
            provider.GetRequiredService<ModelOptions>().WarmUp, worker.ShutdownTimeout)
        {
            Notes = worker.RunNotes,
        };
        if (provider.GetService<MakePolicy>() is { } makePolicy)
            settings = settings with { MakePolicy = makePolicy };

        return new(provider.GetRequiredService<ServedModels>(), models => new(
            settings, models, provider.GetRequiredService<IChunkSource>(), MakeLadder(provider),
            new ResultStore(
                provider.GetRequiredService<JobStore>(), provider.GetRequiredService<RequestStore>(),
                provider.GetRequiredService<DeadLetterStore>(), provider.GetRequiredService<ReplayStore>(),
                provider.GetRequiredService<StaleLetters>()),
            provider.GetRequiredService<WorkerClock>(), provider.GetRequiredService<WorkerMetrics>(),
            provider.GetRequiredService<ILogger<WorkerPipeline>>()));
    }

    static SuspectWatch MakeSuspectWatch(IServiceProvider provider) =>
        ActivatorUtilities.CreateInstance<SuspectWatch>(provider, provider.GetRequiredService<WorkerOptions>().RunNotes);

    static DeviceMemoryWatch MakeMemoryWatch(IServiceProvider provider)
    {
        var worker = provider.GetRequiredService<WorkerService>();
        return new(
            () => worker.IsWarm, provider.GetRequiredService<WorkerMetrics>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<DeviceMemoryWatch>>());
    }

    /// <summary>The publisher is asked for when the first chunk leaves: a worker that never needs it opens no connection
    /// for it.</summary>
    static Ladder MakeLadder(IServiceProvider provider) => new(
        provider.GetRequiredService<IChunkPublisher>, provider.GetRequiredService<WorkerClock>(),
        provider.GetRequiredService<WorkerMetrics>(), provider.GetRequiredService<ILogger<WorkerPipeline>>());

    static ExecutionProvider ReadProvider(string? value)
    {
        if (string.IsNullOrEmpty(value))
            return ExecutionProvider.Auto;

        return Enum.TryParse<ExecutionProvider>(value, ignoreCase: true, out var provider) && Enum.IsDefined(provider)
            ? provider
            : throw new ModelLoadException(
                $"ExecutionProvider is '{value}'; it is one of auto, cpu, cuda and tensorrt.", exitCode: ModelLoadException.NoProvider);
    }

    static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
