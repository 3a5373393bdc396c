using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Transport.RabbitMq;

namespace SkillAi.Queue.Transport.Hosting;

public static class RabbitMqServices
{
    /// <summary>The broker of distributed mode behind both ports. Connections are made when they are first used, so
    /// that a program holds only those it needs.</summary>
    public static IServiceCollection AddRabbitMq(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<RabbitMqOptions, RabbitMqOptionsValidator>(configuration.GetSection("RabbitMq"))
            .Configure(options => options.Url = configuration.GetConnectionString("RabbitMq") ?? options.Url);
        services.AddOperations();
        services.AddSingleton<RabbitMqMetrics>();
        services.AddSingleton<RabbitMqTopology>();
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<RabbitMqConnections>(provider, new Random()));
        services.AddSingleton<IChunkPublisher, RabbitMqPublisher>();
        services.AddSingleton<IChunkSource>(
            provider => ActivatorUtilities.CreateInstance<RabbitMqSource>(provider, new Random()));
        services.AddHealthChecks().AddCheck<RabbitMqHealthCheck>("rabbitmq", tags: [Operations.Ready]);
        return services;
    }
}
