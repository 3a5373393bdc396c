using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Prometheus;
using SkillAi.Queue.Transport.Blobs;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Transport.Hosting;

/// <summary>Everything that is kept in Redis, and the spool, wherever that is.</summary>
public static class RedisHosting
{
    public static IServiceCollection AddRedis(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOperations();
        services.AddSettings<RedisOptions, RedisOptionsValidator>(configuration.GetSection("Redis"))
            .Configure(options => options.ConnectionString = configuration.GetConnectionString("Redis") ?? "");
        services.AddSingleton(provider => new RedisConnection(
            provider.GetRequiredService<RedisOptions>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IMetricFactory>()));
        services.AddSingleton<RequestStore>();
        services.AddSingleton<JobStore>();
        services.AddSettings<DeadLettersOptions, DeadLettersOptionsValidator>(configuration.GetSection("DeadLetters"));
        services.AddSingleton<DeadLetterStore>();
        services.AddSingleton<ReplayStore>();
        services.AddSingleton<StaleLetters>();
        services.AddSingleton<KeyedCallStore>();
        services.AddSingleton<ModelDirectory>();
        services.AddSingleton<FeederLease>();
        services.AddSingleton<WakeUps>();
        services.AddHealthChecks().AddCheck<RedisHealthCheck>("redis", tags: [Operations.Ready]);
        return services.AddSpool(configuration);
    }

    static IServiceCollection AddSpool(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<SpoolOptions, SpoolOptionsValidator>(configuration.GetSection("Spool")).Validate(
            options => options.Kind != SpoolKind.Folder || !string.IsNullOrWhiteSpace(options.Folder),
            "Spool:Folder must be set when Spool:Kind is folder.");
        return services.AddSingleton<IBlobStore>(provider =>
            provider.GetRequiredService<SpoolOptions>() is { Kind: SpoolKind.Folder, Folder: { } folder } spool
                ? new FolderBlobStore(folder, spool.Fsync)
                : ActivatorUtilities.CreateInstance<RedisBlobStore>(provider));
    }
}
