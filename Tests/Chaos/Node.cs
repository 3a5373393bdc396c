using System.Globalization;
using SkillAi.Queue.Tests.EndToEnd;
using SkillAi.Queue.Tests.Servers;

namespace SkillAi.Queue.Tests.Chaos;

/// <summary>One place in the cluster: a program that is started again when it was ended, with the address, the settings
/// and the network connections that are the place's own.</summary>
sealed class Node : IAsyncDisposable
{
    readonly string _program;
    readonly Uri _url = new($"http://127.0.0.1:{Ports.Free()}");
    readonly Dictionary<string, string> _settings;
    readonly List<string> _outputs = [];
    ServiceProcess _process;

    public Node(string name, string program, int rabbitMq, int redis, IReadOnlyDictionary<string, string> settings)
    {
        Name = name;
        _program = program;
        Broker = new(rabbitMq);
        Store = new(redis);
        _settings = new(settings)
        {
            ["ConnectionStrings__RabbitMq"] = $"amqp://guest:guest@127.0.0.1:{Broker.Port}/",
            ["ConnectionStrings__Redis"] = $"127.0.0.1:{Store.Port}",
            ["Urls"] = _url.ToString(),
            ["Logging__Console__FormatterName"] = "simple",
            ["Logging__Console__FormatterOptions__SingleLine"] = "true",
            ["Logging__Console__FormatterOptions__TimestampFormat"] = "HH:mm:ss.fff ",
        };
        _process = Start();
    }

    public string Name { get; }

    public TcpProxy Broker { get; }

    public TcpProxy Store { get; }

    public ServiceProcess Process => _process;

    /// <summary>What every program that was in this place has logged.</summary>
    public string Output => string.Join("\n---- started again ----\n", [.. _outputs, _process.Output]);

    public Task ReadyAsync() => _process.ReadyAsync();

    public Task KillAsync() => _process.KillAsync();

    /// <summary>Asks the program to stop; its exit code.</summary>
    public Task<int> TerminateAsync() => _process.TerminateAsync();

    /// <summary>In place of one that has ended.</summary>
    public async Task RestartAsync()
    {
        _outputs.Add(_process.Output);
        await _process.DisposeAsync();
        _process = Start();
        await ReadyAsync();
    }

    /// <summary>The sum of a metric over its labels; zero while the program does not answer.</summary>
    public async Task<double> MetricAsync(string name)
    {
        try
        {
            var text = await _process.Http.GetStringAsync("/metrics");
            return text.Split('\n')
                .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Length > name.Length && line[name.Length] is ' ' or '{')
                .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
        }
        catch (HttpRequestException)
        {
            return 0;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        await Broker.DisposeAsync();
        await Store.DisposeAsync();
    }

    ServiceProcess Start() => ServiceProcess.Start(_program, _url, [], _settings);
}
