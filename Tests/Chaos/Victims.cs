using System.Globalization;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Tests.Servers;

namespace SkillAi.Queue.Tests.Chaos;

/// <summary>Whom a fault may strike so that it is felt. A program that was cut off a moment ago, or has just started,
/// holds nothing: to kill it then would show nothing.</summary>
static class Victims
{
    /// <summary>What a worker must hold: more than it runs at once, so that some of it is still unacked when, a moment
    /// after its metrics were read, it is struck.</summary>
    const int Items = 256;

    /// <summary>Longer than others': when the store forgot chunks of all open jobs, the lease is taken over, these are fed
    /// again and are too few to fill every worker, and only then the next job is sent.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    /// <summary>Waits until each of these workers, at once, has chunks on loan from the broker that came over the
    /// connection it has now.</summary>
    public static async Task HoldAsync(IReadOnlyList<Node> workers)
    {
        var before = await ReceivedAsync();
        if (!await Eventually.HappensAsync(HoldAllAsync, Patience))
            throw new InvalidOperationException($"{string.Join(", ", workers.Select(worker => worker.Name))}: no work came.");

        async Task<bool> HoldAllAsync()
        {
            var received = await ReceivedAsync();
            var held = await Task.WhenAll(workers.Select(worker => worker.MetricAsync(MetricNames.InFlight)));
            return held.All(items => items > Items) && received.Zip(before).All(count => count.First > count.Second);
        }

        Task<double[]> ReceivedAsync() =>
            Task.WhenAll(workers.Select(worker => worker.MetricAsync(MetricNames.MessagesReceived)));
    }

    /// <summary>The API that feeds, once it, its rival and Redis agree that it does.</summary>
    public static async Task<(Node Node, HeldLease Lease)> FeederAsync(ChaosCluster cluster)
    {
        var found = default((Node, HeldLease)?);
        if (!await Eventually.HappensAsync(async () => (found = await FindAsync()) is not null))
            throw new InvalidOperationException("No API came to feed.");

        return found!.Value;

        async Task<(Node, HeldLease)?> FindAsync() =>
            cluster.Apis.Where(api => FindEpoch(api) is not null).ToList() is [var feeder]
                && await cluster.FindLeaseAsync() is { } lease && lease.Epoch == FindEpoch(feeder)
                ? (feeder, lease)
                : null;
    }

    /// <summary>Since which epoch it feeds, going by what it logged last about that.</summary>
    static long? FindEpoch(Node api)
    {
        const string Taken = "Feeding from here on, epoch ";
        var output = api.Process.Output;
        var at = output.LastIndexOf(Taken, StringComparison.Ordinal);
        return at < 0 || output.IndexOf("No longer feeding", at, StringComparison.Ordinal) >= 0
            ? null
            : long.Parse(output[(at + Taken.Length)..].Split('\n')[0], CultureInfo.InvariantCulture);
    }
}
