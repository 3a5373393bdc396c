using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Prometheus;

namespace SkillAi.Queue.Transport.Hosting;

/// <summary>What operators reach on every program: <c>/metrics</c>, <c>/health/live</c> and <c>/health/ready</c>.</summary>
public static class Operations
{
    /// <summary>Health checks with this tag decide whether the program is ready. Liveness has none: it says that the
    /// process answers, and does not kill pods for an outage of the broker.</summary>
    public const string Ready = "ready";

    /// <summary>The registry belongs to the host, so that two hosts in one process (tests) count apart.</summary>
    public static IServiceCollection AddOperations(this IServiceCollection services)
    {
        services.AddHealthChecks();
        // Whoever asks for readiness is told; a log line a probe says nothing more.
        services.AddLogging(logging => logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None));
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton(_ => NewRegistry());
        services.TryAddSingleton<IMetricFactory>(provider => MakeFactory(provider.GetRequiredService<CollectorRegistry>()));
        return services;
    }

    /// <summary>With what the process itself uses: memory, processor time, collections.</summary>
    static CollectorRegistry NewRegistry()
    {
        var registry = Metrics.NewCustomRegistry();
        DotNetStats.Register(registry);
        return registry;
    }

    static MetricFactory MakeFactory(CollectorRegistry registry)
    {
        var factory = Metrics.WithCustomRegistry(registry);
        factory.ExemplarBehavior = new ExemplarBehavior { DefaultExemplarProvider = (_, _) => FindTrace() };
        return factory;
    }

    /// <summary>Only to spans that somebody keeps: an activity without a source is one that ASP.NET makes for its logs.</summary>
    static Exemplar FindTrace() => Activity.Current is { Recorded: true, Source.Name.Length: > 0 }
        ? Exemplar.FromTraceContext()
        : Exemplar.None;

    public static void MapOperations(this IEndpointRouteBuilder routes)
    {
        routes.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false });
        routes.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(Ready) });
        routes.MapMetrics("/metrics", routes.ServiceProvider.GetRequiredService<CollectorRegistry>());
    }
}
