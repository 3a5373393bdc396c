using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;
using StackExchange.Redis;

namespace SkillAi.Queue.Transport.Redis;

/// <summary>Wakes callers that wait in this process. Wake-ups may be lost with a connection: whoever waits reads the
/// state after subscribing and again on a slow tick.</summary>
public sealed class WakeUps(RedisConnection redis) : IAsyncDisposable
{
    readonly Lock _lock = new();
    readonly Dictionary<string, List<Ticket>> _tickets = [];

    /// <summary>Names this process in <see cref="Keys.Replies"/>.</summary>
    public string Instance { get; } = Guid.NewGuid().ToString("N");

    /// <summary>Called with the id of every job that moved. Must return at once.</summary>
    public event Action<string>? JobMoved;

    /// <summary>Subscribes. Safe while Redis is away: it subscribes when Redis comes.</summary>
    public async Task StartAsync()
    {
        redis.Restored += EndAll;
        var subscriber = (await redis.TriedAsync()).GetSubscriber();
        await SubscribeAsync(subscriber, Keys.Replies(Instance), OnReply);
        await SubscribeAsync(subscriber, Keys.RequestsDone, id => End(id.ToString(), outcome: null));
        await SubscribeAsync(subscriber, Keys.JobsMoved, id => JobMoved?.Invoke(id.ToString()));
    }

    /// <summary>Registers interest in a request's end, before its state is read.</summary>
    public Ticket Expect(string request)
    {
        var ticket = new Ticket(this, request);
        lock (_lock)
        {
            if (!_tickets.TryGetValue(request, out var tickets))
                _tickets.Add(request, tickets = []);

            tickets.Add(ticket);
        }

        return ticket;
    }

    public async ValueTask DisposeAsync()
    {
        redis.Restored -= EndAll;
        if (redis.IsConnected)
        {
            // Without waiting: a connection that is half-open would hold up the end of the process, and then fail it.
            await redis.Subscriber.UnsubscribeAsync(
                RedisChannel.Literal(Keys.Replies(Instance)), flags: CommandFlags.FireAndForget);
        }
    }

    static async Task SubscribeAsync(ISubscriber subscriber, string channel, Action<RedisValue> handler)
    {
        try
        {
            await subscriber.SubscribeAsync(RedisChannel.Literal(channel), (_, message) => handler(message));
        }
        catch (Exception e) when (e is RedisConnectionException or RedisTimeoutException)
        {
            // The subscription is on the multiplexer's list: it is made when the connection is.
        }
    }

    void OnReply(RedisValue message)
    {
        var reply = Reply.Read(message);
        End(reply.Request, reply.Outcome);
    }

    void EndAll()
    {
        List<string> requests;
        lock (_lock)
            requests = [.. _tickets.Keys];

        // What was announced while the connection was away is lost, so that everybody has to look.
        foreach (var request in requests)
            End(request, outcome: null);
    }

    void End(string request, RequestOutcome? outcome)
    {
        List<Ticket>? tickets;
        lock (_lock)
            _tickets.Remove(request, out tickets);

        foreach (var ticket in tickets ?? [])
            ticket.End(outcome);
    }

    void Forget(Ticket ticket, string request)
    {
        lock (_lock)
        {
            if (_tickets.TryGetValue(request, out var tickets) && tickets.Remove(ticket) && tickets.Count == 0)
                _tickets.Remove(request);
        }
    }

    /// <summary>Interest in one request; dispose it to lose interest.</summary>
    public sealed class Ticket : IDisposable
    {
        readonly WakeUps _owner;
        readonly string _request;
        readonly TaskCompletionSource<RequestOutcome?> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Ticket(WakeUps owner, string request) => (_owner, _request) = (owner, request);

        /// <summary>Completes at the request's end: with the outcome where it came inline, with null where it has
        /// to be read from the store. Null also follows a lost connection: the request may then be unfinished, and
        /// whoever goes on waiting needs a new ticket.</summary>
        public Task<RequestOutcome?> Ended => _ended.Task;

        public void Dispose() => _owner.Forget(this, _request);

        internal void End(RequestOutcome? outcome) => _ended.TrySetResult(outcome);
    }
}
