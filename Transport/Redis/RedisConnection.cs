using StackExchange.Redis;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>The process's one multiplexer. Redis may come up later than we do and may go away in between.</summary>
public sealed class RedisConnection : IAsyncDisposable
{
    public RedisConnection(string connectionString) => throw new NotImplementedException();

    public bool IsConnected => throw new NotImplementedException();

    public IDatabase Database => throw new NotImplementedException();

    public ISubscriber Subscriber => throw new NotImplementedException();

    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
