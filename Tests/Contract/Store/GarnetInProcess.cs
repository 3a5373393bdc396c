using SkillAi.Queue.Embedded;
using Xunit;

namespace SkillAi.Queue.Tests.Contract.Store;

/// <summary>The embedded store in memory, as <c>./run</c> starts it.</summary>
public sealed class GarnetInProcess : IAsyncLifetime
{
    EmbeddedRedis? _server;

    public string ConnectionString => _server!.ConnectionString;

    public async ValueTask InitializeAsync() => _server = await EmbeddedRedis.StartAsync(dataFolder: null, 256 << 20);

    public async ValueTask DisposeAsync() => await _server!.DisposeAsync();
}
