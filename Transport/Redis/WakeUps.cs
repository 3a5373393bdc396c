using SkillAi.Queue.Contracts.Requests;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>Wakes callers that wait in this process. Wake-ups may be lost with a connection: whoever waits reads the
/// state after subscribing and again on a slow tick.</summary>
public sealed class WakeUps(RedisConnection redis) : IAsyncDisposable
{
    /// <summary>Names this process in <see cref="Contracts.Keys.Replies"/>.</summary>
    public string Instance { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Subscribes. Safe while Redis is away: it subscribes when Redis comes.</summary>
    public Task StartAsync() => throw new NotImplementedException();

    /// <summary>Registers interest in a request's end, before its state is read.</summary>
    public Ticket Expect(string request) => throw new NotImplementedException();

    /// <summary>Called with the id of every job that moved. Must return at once.</summary>
    public event Action<string>? JobMoved;

    public ValueTask DisposeAsync() => throw new NotImplementedException();

    /// <summary>Interest in one request; dispose it to lose interest.</summary>
    public sealed class Ticket : IDisposable
    {
        /// <summary>Completes at the request's end: with the resource where it came inline, with null where it has
        /// to be read from the store.</summary>
        public Task<RequestResource?> Ended => throw new NotImplementedException();

        public void Dispose() => throw new NotImplementedException();
    }
}
