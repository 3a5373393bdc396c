using SkillAi.Queue.Tests.Servers;

[assembly: AssemblyFixture(typeof(SharedServers))]

namespace SkillAi.Queue.Tests.Servers;

/// <summary>One RabbitMQ and one Redis for all tests that only use them, started when the first test asks. Tests share
/// them by using models, jobs and tenants of their own; a test that stops, kills, freezes or configures a server
/// starts one for itself.</summary>
public sealed class SharedServers : IAsyncDisposable
{
    readonly Lazy<Task<RabbitMqServer>> _rabbitMq = new(RabbitMqServer.StartNewAsync);
    readonly Lazy<Task<RedisServer>> _redis = new(RedisServer.StartNewAsync);

    public Task<RabbitMqServer> RabbitMqAsync() => _rabbitMq.Value;

    public Task<RedisServer> RedisAsync() => _redis.Value;

    public async ValueTask DisposeAsync()
    {
        if (_rabbitMq.IsValueCreated)
            await (await _rabbitMq.Value).DisposeAsync();

        if (_redis.IsValueCreated)
            await (await _redis.Value).DisposeAsync();
    }
}
