using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace SkillAi.Queue.Tests.Servers;

/// <summary>A real RabbitMQ on free ports with data of its own: the one on the PATH, or, where
/// <c>SKILLAI_TEST_RABBITMQ</c> names a folder, the one installed in that root file system (another version of the
/// broker, see scripts/rabbitmq4.sh), else one in Docker.</summary>
public sealed class RabbitMqServer : IAsyncDisposable
{
    const string Image = "rabbitmq:4";
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    readonly ServerHost _host;
    readonly string[] _control;

    internal RabbitMqServer((int Port, ServerHost Host, string[] Control) parts) => (Port, _host, _control) = parts;

    public int Port { get; }

    public string Url => $"amqp://guest:guest@127.0.0.1:{Port}/";

    /// <summary>A server that is not started yet.</summary>
    public static RabbitMqServer Create()
    {
        if (RabbitMqFiles.FindRoot() is { } root)
            return new(RabbitMqFiles.CreateLocal(root));

        if (!Tools.HasDocker())
            throw Tools.Missing("RabbitMQ", "rabbitmq-server");

        var port = Ports.Free();
        return new((port, new DockerHost(Image, ["--publish", $"127.0.0.1:{port}:5672"], []), ["rabbitmqctl"]));
    }

    public static async Task<RabbitMqServer> StartNewAsync()
    {
        var server = Create();
        await server.StartAsync();
        return server;
    }

    /// <summary>Starts it, for the first time or again with the data it had, and waits until it serves.</summary>
    public async Task StartAsync()
    {
        await _host.StartAsync();
        await WaitUntilServingAsync();
    }

    public Task StopAsync() => _host.StopAsync();

    public Task KillAsync() => _host.KillAsync();

    public void Freeze() => _host.Freeze();

    public void Thaw() => _host.Thaw();

    /// <summary>Starts its management plugin and returns where its API answers the user guest.</summary>
    public async Task<Uri> StartManagementAsync()
    {
        Assert.SkipUnless(_host is LocalHost, "The management API is asked of a RabbitMQ on this machine only.");
        var port = Ports.Free();
        await ControlAsync("eval", $$"""
            application:set_env(rabbitmq_management, tcp_config, [{port, {{port}}}, {ip, "127.0.0.1"}], [{persistent, true}]).
            """.Trim());
        await _host.RunAsync([.. _control[..^1], _control[^1].Replace("rabbitmqctl", "rabbitmq-plugins", StringComparison.Ordinal), "enable", "rabbitmq_management"]);
        return new($"http://127.0.0.1:{port}/");
    }

    /// <summary>Runs rabbitmqctl.</summary>
    public Task<string> ControlAsync(params string[] arguments) => _host.RunAsync([.. _control, .. arguments]);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    async Task WaitUntilServingAsync()
    {
        var factory = new ConnectionFactory { Uri = new(Url), AutomaticRecoveryEnabled = false };
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            try
            {
                await using var connection = await factory.CreateConnectionAsync(patience.Token);
                return;
            }
            catch (BrokerUnreachableException) when (!patience.IsCancellationRequested)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
            catch (Exception e) when (e is OperationCanceledException or BrokerUnreachableException)
            {
                throw new TimeoutException($"RabbitMQ did not start:\n{_host.Describe()}", e);
            }
        }
    }
}
