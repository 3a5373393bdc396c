using MassTransit;

namespace SkillAi.Queue.Transport.Events;

/// <summary>What this process does when an event arrives. Every process gets every event.</summary>
public sealed class EventHandlers
{
    readonly List<Action<IReceiveEndpointConfigurator, IServiceProvider>> _handlers = [];

    /// <summary>Calls <paramref name="handle"/> with each event of the type. It must return soon.</summary>
    public EventHandlers On<T>(Action<IServiceProvider, T> handle)
        where T : class
    {
        _handlers.Add((endpoint, services) => endpoint.Handler<T>(context =>
        {
            handle(services, context.Message);
            return Task.CompletedTask;
        }));
        return this;
    }

    internal bool IsEmpty => _handlers.Count == 0;

    internal void Apply(IReceiveEndpointConfigurator endpoint, IServiceProvider services)
    {
        foreach (var handler in _handlers)
            handler(endpoint, services);
    }
}
