using System.Diagnostics;
using System.Globalization;
using SkillAi.Queue.Client;

namespace SkillAi.Queue.Bench.Pipeline;

/// <summary>A distributed stack of its own, by <c>Bench/stack.sh</c>: RabbitMQ, Redis, an API and one worker.</summary>
sealed class Stack : IAsyncDisposable
{
    readonly Process _script;

    Stack(Process script, int port)
    {
        _script = script;
        Api = Open(port);
        Worker = Open(port + 11);
        Client = new(Api);
    }

    public HttpClient Api { get; }

    public HttpClient Worker { get; }

    public SkillAiClient Client { get; }

    /// <param name="port">Of the API; the others listen on the next twenty.</param>
    public static async Task<Stack> StartAsync(
        string models, int port, Contender contender, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine("Bench", "stack.sh"), "1", models])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            Environment =
            {
                ["PORT"] = port.ToString(CultureInfo.InvariantCulture),
                ["Worker__PriorityPrefetch"] = contender.Prefetch.ToString(CultureInfo.InvariantCulture),
                ["Models__WarmUp"] = "00:01:00",
                ["Batching__Exit"] = contender.Exit.ToString(),
            },
        };
        if (contender.Policy != StaticPolicies.Ours)
            start.Environment["WORKER"] = $"{typeof(Stack).Assembly.Location} worker --policy {contender.Policy}";

        var script = Process.Start(start) ?? throw new InvalidOperationException("bash does not start.");
        var stack = new Stack(script, port);
        // It says where it listens when everything is ready; nothing more comes after that.
        while (await script.StandardOutput.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith("--url", StringComparison.Ordinal))
                return stack;
        }

        await stack.DisposeAsync();
        throw new InvalidOperationException("Bench/stack.sh ended before its stack was ready.");
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        Worker.Dispose();
        if (!_script.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", _script.Id.ToString(CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
        }

        await _script.WaitForExitAsync();
        _script.Dispose();
    }

    static HttpClient Open(int port) => new(new SocketsHttpHandler { MaxConnectionsPerServer = 1024 })
    {
        BaseAddress = new($"http://127.0.0.1:{port}"), Timeout = Timeout.InfiniteTimeSpan,
    };
}
