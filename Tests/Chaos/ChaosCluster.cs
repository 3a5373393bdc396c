using SkillAi.Queue.Contracts;
using SkillAi.Queue.Tests.EndToEnd;
using SkillAi.Queue.Tests.Servers;
using StackExchange.Redis;

namespace SkillAi.Queue.Tests.Chaos;

/// <summary>Two APIs and three workers against a real RabbitMQ and a real Redis, each over network connections of its
/// own. The test looks at Redis past those, so that it sees what is there.</summary>
sealed class ChaosCluster : IAsyncDisposable
{
    const int ApiCount = 2;
    const int WorkerCount = 3;

    readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("skillai-chaos-");
    readonly List<Node> _apis = [];
    readonly List<Node> _workers = [];

    ChaosCluster(ChaosPlan plan)
    {
        Plan = plan;
        Redis = RedisServer.Create("--auto-aof-rewrite-percentage", "0", "--appendfsync", plan.Fsync);
    }

    public ChaosPlan Plan { get; }

    public RabbitMqServer RabbitMq { get; } = RabbitMqServer.Create();

    public RedisServer Redis { get; }

    public IReadOnlyList<Node> Apis => _apis;

    public IReadOnlyList<Node> Workers => _workers;

    public IReadOnlyList<Node> Nodes => [.. _apis, .. _workers];

    public IEnumerable<string> RunLogs => _folder.GetFiles("run-*.log").Select(file => file.FullName);

    public static async Task<ChaosCluster> StartAsync(ChaosPlan plan)
    {
        var cluster = new ChaosCluster(plan);
        try
        {
            await cluster.StartAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until every program says that it is ready.</summary>
    public Task ReadyAsync() => Task.WhenAll(Nodes.Select(node => node.ReadyAsync()));

    /// <summary>Reads in Redis, in a connection that lasts as long as this.</summary>
    public async Task<T> ReadAsync<T>(Func<IDatabase, IServer, Task<T>> read)
    {
        await using var connection = await ConnectionMultiplexer.ConnectAsync($"{Redis.ConnectionString},allowAdmin=true");
        return await read(connection.GetDatabase(), connection.GetServers().Single());
    }

    /// <summary>Queues of chunks that hold something, waiting or on loan.</summary>
    public async Task<IReadOnlyList<string>> FindFullQueuesAsync()
    {
        var queues = await RabbitMq.ControlAsync("list_queues", "--quiet", "--no-table-headers", "name", "messages");
        return [.. queues.Split('\n').Where(line =>
            line.StartsWith("skillai", StringComparison.Ordinal) && !line.EndsWith("\t0", StringComparison.Ordinal))];
    }

    /// <summary>Who feeds, as Redis knows it; null while nobody does.</summary>
    public Task<HeldLease?> FindLeaseAsync() => ReadAsync(async (database, _) =>
        await database.StringGetAsync([Keys.FeederLease, Keys.FeederEpoch]) is [{ IsNull: false } holder, var epoch]
            ? new HeldLease(holder.ToString(), (long)epoch)
            : null);

    /// <summary>Keeps what the programs logged, for whoever has to find out.</summary>
    public string SaveLogs()
    {
        var logs = Directory.CreateTempSubdirectory("skillai-chaos-logs-");
        foreach (var node in Nodes)
            File.WriteAllText(Path.Combine(logs.FullName, node.Name.Replace(' ', '-') + ".log"), node.Output);

        return logs.FullName;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes)
            await node.DisposeAsync();

        await RabbitMq.DisposeAsync();
        await Redis.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    async Task StartAsync()
    {
        await Task.WhenAll(RabbitMq.StartAsync(), Redis.StartAsync());
        var models = SlowModel.Write(_folder.FullName);
        for (var i = 0; i < ApiCount; i++)
            _apis.Add(Start($"api {i}", "Producer.Api", Plan.Settings));

        for (var i = 0; i < WorkerCount; i++)
        {
            _workers.Add(Start($"worker {i}", "Worker", new Dictionary<string, string>(Plan.Settings)
            {
                ["Models__Path"] = models,
                ["Models__AllowSimulated"] = "true",
                ["Models__RunLog"] = Path.Combine(_folder.FullName, $"run-{i}.log"),
            }));
        }

        await ReadyAsync();
    }

    Node Start(string name, string project, IReadOnlyDictionary<string, string> settings) =>
        new(name, Repository.Program(project, $"SkillAi.Queue.{project}"), RabbitMq.Port, Redis.Port, settings);
}

/// <param name="Epoch">Higher with every change of hand.</param>
sealed record HeldLease(string Holder, long Epoch);
