using SkillAi.Queue.Tests.Servers;

namespace SkillAi.Queue.Tests.Contract.Broker;

/// <summary>A broker for a class whose tests break it. Every test leaves it running.</summary>
public sealed class OwnRabbitMq : IAsyncLifetime
{
    public RabbitMqServer Server { get; } = RabbitMqServer.Create();

    public async ValueTask InitializeAsync() => await Server.StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}
