using SkillAi.Queue.Contracts;
using SkillAi.Queue.Tests.Servers;

namespace SkillAi.Queue.Tests.Chaos;

/// <summary>What strikes. Each ends with every program and server running again and tells what of its effect was seen,
/// or null: a fault that nobody noticed has tested nothing.</summary>
static class Faults
{
    public static IReadOnlyList<Fault> All { get; } =
    [
        new("kill -9 of a worker", KillWorkerAsync),
        new("kill -9 of the API that feeds", KillFeederAsync),
        new("SIGTERM, one program after the other", RollAsync),
        new("restart of the broker", RestartBrokerAsync),
        new("broker frozen", FreezeBrokerAsync),
        new("kill -9 of Redis", KillRedisAsync),
        new("Redis put back by a second", PutRedisBackAsync),
        new("connections reset", strike => CutAsync(Any(strike.Cluster.Nodes, strike), way => way.Reset())),
        new("connections half-open", strike => CutAsync(Any(strike.Cluster.Nodes, strike), way => way.GoDark())),
        new("connections stalled", StallAsync),
    ];

    static async Task<string?> KillWorkerAsync(Strike strike)
    {
        var victim = Any(strike.Cluster.Workers, strike);
        var others = strike.Cluster.Workers.Where(worker => worker != victim).ToList();
        var before = await RedeliveredAsync(others);
        await Victims.HoldAsync([victim]);
        await victim.KillAsync();
        var isSeen = await Eventually.HappensAsync(async () => await RedeliveredAsync(others) > before);
        var redelivered = await RedeliveredAsync(others) - before;
        await victim.RestartAsync();
        return isSeen ? $"{redelivered} chunks redelivered" : null;
    }

    static async Task<string?> KillFeederAsync(Strike strike)
    {
        var (victim, lease) = await Victims.FeederAsync(strike.Cluster);
        await victim.KillAsync();
        var isSeen = await Eventually.HappensAsync(async () =>
            await strike.Cluster.FindLeaseAsync() is { } now && now.Epoch > lease.Epoch && now.Holder != lease.Holder);
        await victim.RestartAsync();
        return isSeen ? "lease taken over" : null;
    }

    static async Task<string?> RollAsync(Strike strike)
    {
        Node[] rolled = strike.Cluster.Plan.RollsAll
            ? [.. strike.Cluster.Nodes]
            : [Any(strike.Cluster.Apis, strike), Any(strike.Cluster.Workers, strike)];
        foreach (var node in rolled)
        {
            if (strike.Cluster.Workers.Contains(node))
                await Victims.HoldAsync([node]);

            if (await node.TerminateAsync() is var code and not 0)
                throw new InvalidOperationException($"{node.Name} ended with {code}:\n{Tail(node.Output)}");

            await node.RestartAsync();
        }

        return $"{rolled.Length} ended with 0";
    }

    static Task<string?> RestartBrokerAsync(Strike strike) => ReconnectsAsync(BrokerWays(strike), async () =>
    {
        await strike.Cluster.RabbitMq.StopAsync();
        await strike.Cluster.RabbitMq.StartAsync();
    });

    static Task<string?> FreezeBrokerAsync(Strike strike) => ReconnectsAsync(BrokerWays(strike), async () =>
    {
        strike.Cluster.RabbitMq.Freeze();
        await WaitAsync(strike.Cluster.Plan.Freeze);
        strike.Cluster.RabbitMq.Thaw();
    });

    static Task<string?> KillRedisAsync(Strike strike) => ReconnectsAsync(StoreWays(strike), async () =>
    {
        await strike.Cluster.Redis.KillAsync();
        await strike.Cluster.Redis.StartAsync();
    });

    static async Task<string?> PutRedisBackAsync(Strike strike)
    {
        var redis = strike.Cluster.Redis;
        var from = TimeProvider.System.GetTimestamp();
        var length = redis.LogLength;
        await WaitAsync(TimeSpan.FromSeconds(1));
        await Eventually.HappensAsync(() => redis.LogLength > length);
        await redis.KillAsync();
        var undone = redis.PutBack(length);
        strike.Ledger.Undo(from, TimeProvider.System.GetTimestamp());
        await redis.StartAsync();
        return undone > 0 ? $"{undone} bytes of its log undone" : null;
    }

    static Task<string?> CutAsync(Node node, Action<TcpProxy> cut) => ReconnectsAsync([node.Broker, node.Store], () =>
    {
        cut(node.Broker);
        cut(node.Store);
        return Task.CompletedTask;
    });

    static async Task<string?> StallAsync(Strike strike)
    {
        var node = Any(strike.Cluster.Nodes, strike);
        var before = node.Broker.Held + node.Store.Held;
        node.Broker.Stall();
        node.Store.Stall();
        await WaitAsync(TimeSpan.FromSeconds(1 + (2 * strike.Chance.NextDouble())));
        await Eventually.HappensAsync(() => node.Broker.Held + node.Store.Held > before);
        node.Broker.Resume();
        node.Store.Resume();
        var held = node.Broker.Held + node.Store.Held - before;
        return held > 0 ? $"{held} bytes held back" : null;
    }

    /// <summary>Every way that was struck must have been in use, and be used anew.</summary>
    static async Task<string?> ReconnectsAsync(IReadOnlyList<TcpProxy> ways, Func<Task> strike)
    {
        await Eventually.HappensAsync(() => ways.All(way => way.Open > 0));
        var before = ways.Select(way => way.Accepted).ToList();
        await strike();
        var isSeen = await Eventually.HappensAsync(() => Anew().All(count => count > 0));
        return isSeen ? $"{Anew().Sum()} connections made anew" : null;

        IEnumerable<long> Anew() => ways.Zip(before, (way, count) => way.Accepted - count);
    }

    static IReadOnlyList<TcpProxy> BrokerWays(Strike strike) => [.. strike.Cluster.Nodes.Select(node => node.Broker)];

    static IReadOnlyList<TcpProxy> StoreWays(Strike strike) => [.. strike.Cluster.Nodes.Select(node => node.Store)];

    static async Task<double> RedeliveredAsync(IEnumerable<Node> workers) =>
        (await Task.WhenAll(workers.Select(worker => worker.MetricAsync(MetricNames.MessagesRedelivered)))).Sum();

    static string Tail(string output) => string.Join('\n', output.Split('\n').TakeLast(40));

    static Node Any(IReadOnlyList<Node> nodes, Strike strike) => nodes[strike.Chance.Next(nodes.Count)];

    static Task WaitAsync(TimeSpan time) => Task.Delay(time, TimeProvider.System);
}

/// <param name="StrikeAsync">What was seen of its effect; null when nothing was.</param>
sealed record Fault(string Name, Func<Strike, Task<string?>> StrikeAsync);

/// <summary>What a fault is given to work with.</summary>
sealed record Strike(ChaosCluster Cluster, Ledger Ledger, Random Chance);
