using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using SkillAi.Queue.Transport.Tracing;

namespace SkillAi.Queue.Transport.Hosting;

public static class TraceHosting
{
    /// <summary>Where spans go; without it none is made. The other variables of OpenTelemetry (protocol, headers,
    /// sampler, service name) count too.</summary>
    const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Sends traces by OTLP when the environment names a collector.</summary>
    public static IServiceCollection AddTraces(
        this IServiceCollection services, IConfiguration configuration, string program)
    {
        if (string.IsNullOrEmpty(configuration[Endpoint]))
            return services;

        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(configuration["OTEL_SERVICE_NAME"] ?? program))
            .WithTracing(traces => traces
                .AddSource(Traces.SourceName)
                // What probes and scrapes ask is no part of anybody's work.
                .AddAspNetCoreInstrumentation(http => http.Filter = context => context.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal))
                .AddOtlpExporter());
        return services;
    }
}
