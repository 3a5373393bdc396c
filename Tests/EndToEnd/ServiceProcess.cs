using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using SkillAi.Queue.Client;
using SkillAi.Queue.Tests.Servers;

namespace SkillAi.Queue.Tests.EndToEnd;

/// <summary>One of the programs, as a process of its own that can be killed.</summary>
sealed class ServiceProcess : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    readonly Process _process;
    readonly ConcurrentQueue<string> _output = new();

    ServiceProcess(Process process, Uri url)
    {
        _process = process;
        Http = new() { BaseAddress = url, Timeout = Patience };
        Client = new(Http);
        process.OutputDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => _output.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public HttpClient Http { get; }

    public SkillAiClient Client { get; }

    public string Output => string.Join('\n', _output);

    public static ServiceProcess Start(
        string program, Uri url, IEnumerable<string> arguments, IEnumerable<KeyValuePair<string, string>> settings,
        string? folder = null)
    {
        var start = new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder ?? Path.GetTempPath(),
        };
        foreach (var (name, value) in settings)
            start.Environment[name] = value;

        return new(Process.Start(start)!, url);
    }

    /// <summary>One of the two programs of a cluster, on a free port, with simulated models.</summary>
    /// <param name="project">Its folder.</param>
    public static ServiceProcess StartNew(string project, string rabbitMq, string redis, string models)
    {
        var url = $"http://127.0.0.1:{Ports.Free()}";
        return Start(Repository.Program(project, $"SkillAi.Queue.{project}"), new(url), [], new Dictionary<string, string>
        {
            ["Urls"] = url,
            ["ConnectionStrings__RabbitMq"] = rabbitMq,
            ["ConnectionStrings__Redis"] = redis,
            ["Models__Path"] = models,
            ["Models__AllowSimulated"] = "true",
        });
    }

    /// <summary>Waits until the program says that it is ready.</summary>
    public async Task ReadyAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await IsReadyAsync())
        {
            if (_process.HasExited || patience.IsCancellationRequested)
                throw new TimeoutException($"The program did not become ready:\n{Output}");

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Asks it to stop; its exit code.</summary>
    public Task<int> TerminateAsync() => SignalAsync("-TERM");

    /// <summary>Ctrl-C; its exit code.</summary>
    public Task<int> InterruptAsync() => SignalAsync("-INT");

    /// <summary>Waits until it has written something.</summary>
    public async Task SaysAsync(string text)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!Output.Contains(text, StringComparison.Ordinal))
        {
            if (_process.HasExited || patience.IsCancellationRequested)
                throw new TimeoutException($"The program did not say '{text}':\n{Output}");

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    public async Task<int> ExitAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();

        Http.Dispose();
        _process.Dispose();
    }

    async Task<int> SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, _process.Id.ToString(CultureInfo.InvariantCulture)]);
        return await ExitAsync();
    }

    async Task<bool> IsReadyAsync()
    {
        try
        {
            using var response = await Http.GetAsync("/health/ready");
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
