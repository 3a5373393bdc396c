using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Tests.Deploy;
using SkillAi.Queue.Tests.Integration.Api;
using SkillAi.Queue.Tests.Servers;

namespace SkillAi.Queue.Tests.EndToEnd;

/// <summary>Every query of the dashboard, asked of a real Prometheus that scrapes the two programs at work: one that finds
/// nothing would be an empty panel.</summary>
public sealed partial class DashboardTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("skillai-dashboard-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_panel_of_the_programs_shows_something()
    {
        await using var rabbit = await RabbitMqServer.StartNewAsync();
        await using var redis = await RedisServer.StartNewAsync();
        await using var api = Start("Producer.Api", rabbit, redis);
        await using var worker = Start("Worker", rabbit, redis);
        await Task.WhenAll(api.ReadyAsync(), worker.ReadyAsync());
        await using var prometheus = await PrometheusServer.StartNewAsync(api.Http.BaseAddress!, worker.Http.BaseAddress!);
        // A rate needs the zero before the first event.
        await Eventually.IsTrueAsync(async () => (await prometheus.SamplesAsync(MetricNames.ItemsDone)).Count > 0);
        var request = new StringContent(
            "{\"model\":\"moderation\",\"input\":{\"text\":\"a\"}}", Encoding.UTF8, "application/json");
        (await api.Http.PostAsync("/v1/requests", request, Cancellation)).EnsureSuccessStatusCode();
        var job = await api.Client.SubmitJobAsync(BigJob.Items(1000), new("moderation"), Cancellation);
        await BigJob.AssertExactAsync(api.Client, job.Id, 1000, Cancellation);

        foreach (var query in Queries())
        {
            if (IsOurs().IsMatch(query))
                await Eventually.IsTrueAsync(async () => (await prometheus.SamplesAsync(query)).Count > 0, query);
            else
                await prometheus.SamplesAsync(query);
        }
    }

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    static List<string> Queries()
    {
        using var dashboard = JsonDocument.Parse(Deploy.Repository.Read("deploy/grafana/dashboards/skillai-queue.json"));
        var queries = dashboard.RootElement.GetProperty("panels").EnumerateArray()
            .Where(panel => panel.TryGetProperty("targets", out _))
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray())
            .Select(target => target.GetProperty("expr").GetString()!.Replace("$model", "moderation", StringComparison.Ordinal))
            .ToList();
        Assert.NotEmpty(queries);
        return queries;
    }

    ServiceProcess Start(string project, RabbitMqServer rabbit, RedisServer redis) =>
        ServiceProcess.StartNew(project, rabbit.Url, redis.ConnectionString, SlowModel.Write(_folder));

    /// <summary>The others are of the cluster, the GPU's exporter and Redis'; a machine without a GPU has no GPU memory.</summary>
    [GeneratedRegex("^(?!skillai_gpu_).*(skillai[_:]|model_latency|process_).*", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex IsOurs();
}
