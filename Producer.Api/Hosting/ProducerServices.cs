using Microsoft.AspNetCore.Server.Kestrel.Core;
using SkillAi.Queue.Producer.DeadLetters;
using SkillAi.Queue.Producer.Feeding;
using SkillAi.Queue.Producer.Idempotency;
using SkillAi.Queue.Producer.Intake;
using SkillAi.Queue.Producer.Jobs;
using SkillAi.Queue.Producer.Models;
using SkillAi.Queue.Producer.Quotas;
using SkillAi.Queue.Producer.Requests;
using SkillAi.Queue.Producer.Scaling;
using SkillAi.Queue.Producer.Security;
using SkillAi.Queue.Producer.Telemetry;
using SkillAi.Queue.Transport.Events;
using SkillAi.Queue.Transport.Hosting;

namespace SkillAi.Queue.Producer.Hosting;

public static class ProducerServices
{
    /// <summary>Intake, jobs and their feeder. Broker and store come from AddRabbitMq or AddInProcessBroker, and from
    /// AddRedis.</summary>
    public static IServiceCollection AddProducer(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOperations();
        services.AddEvents(configuration);
        services.AddTelemetry();
        services.AddHostedService<WakeUpsStart>();
        services.AddSecurity();
        services.AddModels();
        services.AddRequests();
        services.AddJobs();
        services.AddDeadLetters();
        services.AddFeeder();
        return services.AddEdge();
    }

    static void AddSecurity(this IServiceCollection services)
    {
        services.AddSettings<SecurityOptions, SecurityOptionsValidator>("Security");
        services.AddSingleton<OriginPolicy>();
        services.AddSingleton<Tenancy>();
        services.AddSingleton<KeyedCalls>();
    }

    static void AddModels(this IServiceCollection services)
    {
        services.AddSettings<ModelsOptions, ModelsOptionsValidator>("Models");
        services.AddSingleton<ModelCatalog>();
        services.AddSingleton<ModelEndpoints>();
        services.AddHostedService<CatalogLoop>();
    }

    static void AddRequests(this IServiceCollection services)
    {
        services.AddSingleton<LaneRefusals>();
        services.AddSettings<AdmissionOptions, AdmissionOptionsValidator>("Admission");
        services.AddSingleton<LaneShards>();
        services.AddSingleton<RequestIntake>();
        services.AddSingleton<Handover>();
        services.AddSingleton<GroupCommit>();
        services.AddHostedService(provider => provider.GetRequiredService<GroupCommit>());
        services.AddSingleton<RequestWaiter>();
        services.AddSingleton<SubmitEndpoint>();
        services.AddSingleton<RequestEndpoints>();
        services.AddSingleton<IntakeWarmUp>();
        services.AddHostedService(provider => provider.GetRequiredService<IntakeWarmUp>());
        services.AddHealthChecks().AddCheck<IntakeWarmUp>("warm-up", tags: [Operations.Ready]);
    }

    static void AddJobs(this IServiceCollection services)
    {
        services.AddSettings<QuotaOptions, QuotaOptionsValidator>("Quota");
        services.AddSingleton<TenantQuotas>();
        services.AddSingleton<JobWaiter>();
        services.AddSingleton<UploadStore>();
        services.AddSingleton<UploadEndpoint>();
        services.AddSingleton<JobEndpoints>();
        services.AddSingleton<ResultEndpoints>();
    }

    static void AddDeadLetters(this IServiceCollection services)
    {
        services.AddSingleton<FailedResult>();
        services.AddSingleton<Replayer>();
        services.AddSingleton<DeadLetterEndpoints>();
        services.AddSingleton<DeadLetterBatchEndpoints>();
    }

    static void AddFeeder(this IServiceCollection services)
    {
        services.AddSettings<FeederOptions, FeederOptionsValidator>("Feeder");
        services.AddSingleton<ChunkFeed>();
        services.AddSingleton<JobEnding>();
        services.AddSingleton<OpenWorkSource>();
        services.AddSingleton<RequestRefeed>();
        services.AddHostedService<FeederLoop>();
    }

    static void AddTelemetry(this IServiceCollection services)
    {
        services.AddSingleton<Arrivals>();
        services.AddSingleton<Backlog>();
        services.AddSingleton<LaneWaits>();
        services.AddSingleton<IntakeMetrics>();
        services.AddSingleton<FeedingMetrics>();
        services.AddSingleton<ScalingEndpoint>();
        services.AddHostedService<BacklogLoop>();
    }

    static IServiceCollection AddEdge(this IServiceCollection services)
    {
        services.AddRouting();

        // A line a request would cost more than the request, and would show what is none of the log's business.
        services.AddLogging(logging => logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning));
        return services.Configure<KestrelServerOptions>(kestrel =>
        {
            kestrel.AddServerHeader = false;

            // A slow upload is kept as long as it moves; one that does not is a lost client.
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 100, TimeSpan.FromSeconds(20));
        });
    }
}
