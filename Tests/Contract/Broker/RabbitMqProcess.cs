using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Transport.Hosting;

namespace SkillAi.Queue.Tests.Contract.Broker;

/// <summary>A program with its own connections, put together as the real ones are.</summary>
sealed class RabbitMqProcess : IAsyncDisposable
{
    readonly ServiceProvider _services;

    public RabbitMqProcess(string url, params (string Key, string Value)[] settings)
        : this(url, TimeProvider.System, settings)
    {
    }

    public RabbitMqProcess(string url, TimeProvider time, params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["ConnectionStrings:RabbitMq"] = url })
            .AddInMemoryCollection(settings.ToDictionary(pair => pair.Key, string? (pair) => pair.Value))
            .Build();
        _services = new ServiceCollection().AddSingleton(time).AddLogging().AddRabbitMq(configuration).BuildServiceProvider();
    }

    public IChunkPublisher Publisher => _services.GetRequiredService<IChunkPublisher>();

    public IChunkSource Source => _services.GetRequiredService<IChunkSource>();

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
