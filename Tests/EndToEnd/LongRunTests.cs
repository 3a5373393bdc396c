using System.Text.Json;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Tests.Servers;

namespace SkillAi.Queue.Tests.EndToEnd;

/// <summary>Bulk runs far longer than a priority request can bear, through a real RabbitMQ and a real Redis.</summary>
[Collection(nameof(Alone))]
public sealed class LongRunTests : IDisposable
{
    const int FullRunMs = 800;
    const int Requests = 15;

    readonly string _folder = Directory.CreateTempSubdirectory("skillai-long-").FullName;

    static SubmitRequest Request =>
        new() { Model = "moderation", Lane = Lane.Priority, Input = JsonSerializer.SerializeToElement(new { text = "now" }) };

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("SecondStream", "second_stream")]
    [InlineData("Auto", "terminate")]
    public async Task Priority_requests_get_past_them(string exit, string mode)
    {
        await using var rabbit = await RabbitMqServer.StartNewAsync();
        await using var redis = await RedisServer.StartNewAsync();
        var settings = new Dictionary<string, string>
        {
            ["Batching__Exit"] = exit,
            ["Models__Path"] = WriteModel(),
            ["Models__AllowSimulated"] = "true",
            ["Models__WarmUp"] = "00:00:05",
        };
        await using var api = new Chaos.Node(
            "Producer.Api", Repository.Program("Producer.Api", "SkillAi.Queue.Producer.Api"), rabbit.Port, redis.Port, settings);
        await using var worker = new Chaos.Node(
            "Worker", Repository.Program("Worker", "SkillAi.Queue.Worker"), rabbit.Port, redis.Port, settings);
        await Task.WhenAll(api.ReadyAsync(), worker.ReadyAsync());
        var job = await api.Process.Client.SubmitJobAsync(BigJob.Items(30_000), new("moderation"), Cancellation);
        await BigJob.UnderWayAsync(api.Process.Client, job.Id, Cancellation);

        var latencies = new List<double>();
        for (var i = 0; i < Requests; i++)
        {
            // Apart, so that a full run is under way by the time that the next one comes.
            await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, Cancellation);
            var started = TimeProvider.System.GetTimestamp();
            var answer = await api.Process.Client.SubmitAsync(Request, TimeSpan.FromSeconds(20), Cancellation);
            latencies.Add(TimeProvider.System.GetElapsedTime(started).TotalMilliseconds);
            Assert.Equal(RequestState.Succeeded, answer.State);
        }

        // Behind such runs the mean wait alone would be half of one.
        latencies.Sort();
        Assert.True(latencies[Requests / 2] < FullRunMs / 4, string.Join(' ', latencies.Select(ms => $"{ms:F0}")));
        var report = await api.Process.Http.GetStringAsync(new Uri("/v1/models/moderation", UriKind.Relative), Cancellation);
        Assert.Contains($"\"mode\":\"{mode}\"", report.Replace(" ", "", StringComparison.Ordinal));
        var runs = await worker.Process.Http.GetStringAsync(new Uri("/metrics", UriKind.Relative), Cancellation);
        Assert.True(RunsAbove(128, runs) > 0, runs);
        await api.Process.Client.CancelJobAsync(job.Id, Cancellation);
        Assert.Equal(0, await worker.TerminateAsync());
    }

    // The quantum holds 20 items or so.
    static double RunsAbove(int items, string metrics)
    {
        double Sum(string part) => metrics.Split('\n')
            .Where(line => line.StartsWith(MetricNames.RunSize, StringComparison.Ordinal) && line.Contains(part, StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
        return Sum("_count{") - Sum($"le=\"{items}\"");
    }

    string WriteModel()
    {
        var version = Directory.CreateDirectory(Path.Combine(_folder, "models", "moderation", "1")).FullName;
        File.WriteAllText(
            Path.Combine(version, "model.json"),
            $$"""
            {
              "task": "text_classification",
              "backend": "simulated",
              "input": { "name": "text", "kind": "utf8_bytes" },
              "output": { "name": "scores", "labels": ["toxic"] },
              "simulated": { "cost": [{ "items": 1, "ms": 8 }, { "items": 256, "ms": {{FullRunMs}} }] }
            }
            """);
        return Path.Combine(_folder, "models");
    }
}
