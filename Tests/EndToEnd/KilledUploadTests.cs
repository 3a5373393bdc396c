using System.Net;
using System.Text;
using System.Text.Json;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Jobs;
using SkillAi.Queue.Contracts.Wire;
using SkillAi.Queue.Tests.Chaos;
using SkillAi.Queue.Tests.Integration.Api;
using SkillAi.Queue.Tests.Servers;

namespace SkillAi.Queue.Tests.EndToEnd;

/// <summary>The API's process is killed while the body of a keyed upload arrives; its caller sends all of it again under
/// the same key to the one that is started in its place.</summary>
public sealed class KilledUploadTests : IDisposable
{
    const int Items = 20_000;
    const string Key = "31f1d1a5-6f1b-4a52-9d4c-4c3a6c0e6d0b";

    readonly string _folder = Directory.CreateTempSubdirectory("skillai-killed-").FullName;
    readonly string _lines = ReadLines();

    static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    // Before a single chunk is full; and with items answered, others on their way, and half a line.
    [InlineData("folder", 50)]
    [InlineData("redis", Items / 2)]
    public async Task It_becomes_one_job_with_every_item_once(string spool, int before)
    {
        await using var rabbit = await RabbitMqServer.StartNewAsync();
        await using var redis = await RedisServer.StartNewAsync();
        await using var api = Start("Producer.Api", rabbit, redis, spool);
        await using var worker = Start("Worker", rabbit, redis, spool);
        await Task.WhenAll(api.ReadyAsync(), worker.ReadyAsync());
        using (var first = await SlowUpload.BeginAsync(
            api.Process.Http.BaseAddress!, "moderation", $"{HttpHeaders.IdempotencyKey}: {Key}\r\n"))
        {
            await first.SendAsync(_lines[..(_lines.Length / Items * before)]);
            await Eventually.IsTrueAsync(async () => (await JobsAsync(api)) is [var job] && IsUnderWay(job, before));
            await api.KillAsync();
        }

        await api.RestartAsync();
        var id = await UploadAsync(api);

        await BigJob.AssertExactAsync(api.Process.Client, id, Items, Cancellation);
        Assert.Equal([id], (await JobsAsync(api)).Select(job => job.Id));
        Assert.Equal((HttpStatusCode.Accepted, id), await PostAsync(api));
    }

    static bool IsUnderWay(JobResource job, int before) => before < Limits.JobChunkItems
        ? job.Counts.Received == 0
        : job.Counts is { Succeeded: > 0, Pending: > 0 } && job.Counts.Received > before / 2;

    static async Task<IReadOnlyList<JobResource>> JobsAsync(Node api) =>
        (await api.Process.Client.ListJobsAsync(after: null, limit: 10, Cancellation)).Data;

    /// <summary>As a caller does: again while it is told that an earlier try still runs.</summary>
    async Task<string> UploadAsync(Node api)
    {
        var (status, id) = (HttpStatusCode.Conflict, "");
        await Eventually.IsTrueAsync(async () =>
        {
            (status, id) = await PostAsync(api);
            return status != HttpStatusCode.Conflict;
        });
        Assert.Equal((HttpStatusCode.Accepted, id), (status, id));
        return id;
    }

    async Task<(HttpStatusCode Status, string Job)> PostAsync(Node api)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/v1/jobs?model=moderation");
        message.Content = new StringContent(_lines, Encoding.UTF8, "application/x-ndjson");
        message.Headers.Add(HttpHeaders.IdempotencyKey, Key);
        message.Headers.ExpectContinue = true;
        using var answer = await api.Process.Http.SendAsync(message, Cancellation);
        var body = await answer.Content.ReadAsStringAsync(Cancellation);
        return (answer.StatusCode, answer.IsSuccessStatusCode
            ? JsonSerializer.Deserialize(body, WireJson.Default.JobResource)!.Id
            : body);
    }

    static string ReadLines()
    {
        using var reader = new StreamReader(BigJob.Items(Items));
        return reader.ReadToEnd();
    }

    Node Start(string project, RabbitMqServer rabbit, RedisServer redis, string spool) => new(
        project, Repository.Program(project, $"SkillAi.Queue.{project}"), rabbit.Port, redis.Port, new Dictionary<string, string>
        {
            ["Models__Path"] = SlowModel.Write(_folder),
            ["Models__AllowSimulated"] = "true",
            ["Spool__Kind"] = spool,
            ["Spool__Folder"] = Path.Combine(_folder, "spool"),
        });
}
