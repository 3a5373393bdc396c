using System.Globalization;
using System.Text.Json;
using SkillAi.Queue.Tests.Servers;

namespace SkillAi.Queue.Tests.Deploy;

/// <summary>A real Prometheus on a free port that scrapes the programs it is given every second, with the
/// shipped recording rules.</summary>
sealed class PrometheusServer : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    readonly HttpClient _http;
    readonly LocalHost _host;

    PrometheusServer(int port, LocalHost host)
    {
        _host = host;
        _http = new() { BaseAddress = new($"http://127.0.0.1:{port}") };
    }

    public static async Task<PrometheusServer> StartNewAsync(params Uri[] targets)
    {
        var program = Tool.Prometheus.Find();
        var port = Ports.Free();
        var data = Directory.CreateTempSubdirectory("skillai-test-prometheus-");
        var configuration = Path.Combine(data.FullName, "prometheus.yml");
        await File.WriteAllTextAsync(configuration, $$"""
            global: { scrape_interval: 1s, evaluation_interval: 1s }
            rule_files: ["{{Repository.Path("deploy", "prometheus", "recording.yml")}}"]
            scrape_configs:
              - job_name: skillai
                static_configs: [{ targets: [{{string.Join(", ", targets.Select(target => $"\"{target.Authority}\""))}}], labels: { namespace: inference } }]

            """);
        var host = new LocalHost(data, [
            program, $"--config.file={configuration}", $"--storage.tsdb.path={data.FullName}/data",
            $"--web.listen-address=127.0.0.1:{port}"], []);
        var server = new PrometheusServer(port, host);
        await host.StartAsync();
        await server.WaitUntilReadyAsync();
        return server;
    }

    /// <summary>The one number that a query answers with, as KEDA asks for it; null when there is none.</summary>
    public async Task<double?> QueryAsync(string query)
    {
        var samples = await SamplesAsync(query);
        Assert.InRange(samples.Count, 0, 1);
        return samples.Count == 0 ? null : samples[0];
    }

    /// <summary>All numbers that a query answers with now.</summary>
    public async Task<IReadOnlyList<double>> SamplesAsync(string query)
    {
        using var response = await _http.GetAsync($"/api/v1/query?query={Uri.EscapeDataString(query)}");
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{query}\n{text}");
        using var answer = JsonDocument.Parse(text);
        return [.. answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray().Select(sample =>
            double.Parse(sample.GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture))];
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _host.DisposeAsync();
    }

    async Task WaitUntilReadyAsync()
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await IsReadyAsync())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Patience)
                throw new TimeoutException($"Prometheus did not start:\n{_host.Describe()}");

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }

    async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await _http.GetAsync("/-/ready");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
