using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using SkillAi.Queue.Transport.RabbitMq;

namespace SkillAi.Queue.Transport.Events;

/// <summary>The control plane: a few events a second, over RabbitMQ where it is configured, else in memory.</summary>
public static class EventsHosting
{
    /// <summary>To say goodbye to a broker that answers takes milliseconds. Waiting for one that does not would keep the
    /// data plane, which stops after the bus, from handing its work back.</summary>
    static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    /// <summary>The bus starts before its broker: it connects when the broker comes. May be called once more in the
    /// same process (embedded mode has both programs): the handlers add up.</summary>
    public static IServiceCollection AddEvents(
        this IServiceCollection services, IConfiguration configuration, Action<EventHandlers>? configure = null)
    {
        if (FindHandlers(services) is { } existing)
        {
            configure?.Invoke(existing);
            return services;
        }

        // While the broker is away the bus would log a stack trace a try; the data plane says it in a line.
        services.AddLogging(logging => logging.AddFilter("MassTransit", LogLevel.Critical));
        var handlers = new EventHandlers();
        configure?.Invoke(handlers);
        services.AddSingleton(handlers);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(provider => new EventBus(
            provider.GetRequiredService<IBus>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<EventBus>>()));
        services.AddHostedService(provider => provider.GetRequiredService<EventBus>());
        // It tells every lost connection with a stack trace; the data plane's own connections tell it in a line.
        services.AddLogging(logging => logging.AddFilter("MassTransit", LogLevel.Error));
        services.AddOptions<MassTransitHostOptions>().Configure(options => options.StopTimeout = StopTimeout);
        return services.AddMassTransit(bus => Configure(bus, handlers, configuration.GetConnectionString("RabbitMq")));
    }

    static void Configure(IBusRegistrationConfigurator bus, EventHandlers handlers, string? broker)
    {
        bus.DisableUsageTelemetry();

        // Readiness is about the data plane, which has checks of its own.
        bus.ConfigureHealthCheckOptions(options =>
        {
            options.Tags.Clear();
            options.Tags.Add("events");
        });

        if (broker is null)
        {
            bus.UsingInMemory((context, factory) =>
                factory.ReceiveEndpoint(endpoint => handlers.Apply(endpoint, context)));
            return;
        }

        bus.UsingRabbitMq((context, factory) =>
        {
            var nodes = BrokerNodes.Parse(broker);
            factory.Host(nodes[0], host => host.UseCluster(cluster =>
            {
                foreach (var node in nodes)
                    cluster.Node(node.Authority);
            }));
            if (handlers.IsEmpty)
                return;

            factory.ReceiveEndpoint(new TemporaryEndpointDefinition(), DefaultEndpointNameFormatter.Instance, endpoint =>
            {
                // A quorum queue, although it is one process's: a classic one is tied to its node, and while that is
                // down it can neither be used nor declared anew. It goes some time after its process.
                endpoint.SetQuorumQueue();
                endpoint.QueueExpiration = TimeSpan.FromMinutes(1);
                handlers.Apply(endpoint, context);
            });
        });
    }

    static EventHandlers? FindHandlers(IServiceCollection services) => services
        .FirstOrDefault(service => service.ServiceType == typeof(EventHandlers))?.ImplementationInstance as EventHandlers;
}
