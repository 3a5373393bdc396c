using System.Net;
using System.Text.Json;
using SkillAi.Queue.Contracts.DeadLetters;
using SkillAi.Queue.Contracts.Jobs;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Contracts.Wire;
using SkillAi.Queue.Producer.Jobs;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Worker.Models;

namespace SkillAi.Queue.Tests.Integration.Api;

/// <summary>A poison item from its failure to the result of its replay, through a real store and both brokers.</summary>
public sealed class ReplayTests(SharedServers servers) : ApiTest(servers)
{
    readonly SharedServers _servers = servers;
    readonly string _model = "m" + Guid.NewGuid().ToString("N");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_replay_of_a_jobs_item_takes_the_place_of_its_failure(bool onRabbitMq)
    {
        await using var host = await StartAsync(onRabbitMq);
        await using var worker = await RealWorker.StartAsync(host, _model, "poison");
        var lines = string.Concat(Enumerable.Range(0, 300).Select(i => i == 177 ? "\"poison\"\n" : $"\"item {i}\"\n"));
        var job = await EndAsync(host, (await JobAsync(await host.Http.PostAsync($"/v1/jobs?model={_model}", Lines(lines)))).Id);
        Assert.Equal((299, 1), (job.Counts.Succeeded, job.Counts.Failed));
        var letter = Assert.Single(await ListAsync(host, $"job={job.Id}"));
        Assert.Equal(("model_error", "It has a bad byte.", 177, 1), (letter.Reason, letter.Message, letter.Index, letter.Attempts));

        // Still poison: the letter stays and counts.
        await ReplayAsync(host, letter.Id);
        await Eventually.IsTrueAsync(async () => await FindAsync(host, letter.Id) is { ReplayingSince: null, Attempts: 2 });

        worker.Cure();
        await ReplayAsync(host, letter.Id);
        await Eventually.IsTrueAsync(async () => await FindAsync(host, letter.Id) is null);

        var after = await JobAsync(await host.Http.GetAsync($"/v1/jobs/{job.Id}"));
        Assert.Equal((JobState.Succeeded, 300, 0), (after.State, after.Counts.Succeeded, after.Counts.Failed));
        var results = (await host.Http.GetStringAsync($"/v1/jobs/{job.Id}/results")).TrimEnd('\n').Split('\n');
        Assert.Equal(300, results.Length);
        Assert.All(results.Index(), line => Assert.StartsWith($"{{\"index\":{line.Index},\"outcome\":\"succeeded\"", line.Item));
        Assert.Equal(results[177..], (await host.Http.GetStringAsync($"/v1/jobs/{job.Id}/results?from=177")).TrimEnd('\n').Split('\n'));
        Assert.Empty(await host.Http.GetStringAsync($"/v1/jobs/{job.Id}/errors"));
        Assert.Equal(results, await UnzippedAsync(host, job.Id));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_replay_of_a_requests_item_takes_the_place_of_its_failure(bool onRabbitMq)
    {
        await using var host = await StartAsync(onRabbitMq);
        await using var worker = await RealWorker.StartAsync(host, _model, "poison");
        var several = await SubmitAsync(host, """["fine","poison","good"]""");
        var alone = await SubmitAsync(host, "\"poison\"");
        Assert.Equal((RequestState.Succeeded, RequestState.Failed), (several.State, alone.State));
        Assert.Equal(["succeeded", "failed", "succeeded"], Outcomes(several));
        worker.Cure();

        using var all = Json($$"""{"model":"{{_model}}"}""");
        var batch = await ReadAsync(await host.Http.PostAsync("/v1/dead-letters/replay", all), WireJson.Default.DeadLetterBatch);

        Assert.Equal(new DeadLetterBatch(2, 0, null), batch);
        await Eventually.IsTrueAsync(async () => (await ListAsync(host, $"model={_model}")).Count == 0);
        var first = await RequestAsync(await host.Http.GetAsync($"/v1/requests/{several.Id}"));
        var second = await RequestAsync(await host.Http.GetAsync($"/v1/requests/{alone.Id}"));
        Assert.Equal((RequestState.Succeeded, RequestState.Succeeded), (first.State, second.State));
        Assert.Equal(["succeeded", "succeeded", "succeeded"], Outcomes(first));
        Assert.Equal(["succeeded"], Outcomes(second));
        Assert.Equal(several.Timings, first.Timings);
    }

    [Fact]
    public async Task A_request_that_is_cancelled_while_it_fails_leaves_no_letter()
    {
        await using var host = await StartAsync(onRabbitMq: false);
        using var running = new SemaphoreSlim(0);
        using var isCancelled = new ManualResetEventSlim();
        await using (var worker = await RealWorker.StartAsync(host, _model, "poison"))
        {
            worker.Model.OnRun = texts =>
            {
                if (!texts.Contains("poison"))
                    return;

                running.Release();
                isCancelled.Wait();
                throw new ModelRunException(RunFailure.Rejected, "It has a bad byte.");
            };
            using var body = Json($$"""{"model":"{{_model}}","input":"poison"}""");
            var request = await RequestAsync(await host.Http.PostAsync("/v1/requests", body));
            await running.WaitAsync(TestContext.Current.CancellationToken);
            await host.Http.DeleteAsync($"/v1/requests/{request.Id}");
            isCancelled.Set();
        }

        Assert.Empty(await ListAsync(host, $"model={_model}"));
    }

    async Task<ApiHost> StartAsync(bool onRabbitMq)
    {
        (string, string)[] settings = onRabbitMq ? [("ConnectionStrings:RabbitMq", (await _servers.RabbitMqAsync()).Url)] : [];
        var host = await ApiHost.StartAsync(await NewRedisAsync(), publisher: null, services: null, settings);
        await Eventually.IsTrueAsync(() => host.Get<IChunkPublisher>().IsReady);
        return host;
    }

    async Task<RequestResource> SubmitAsync(ApiHost host, string input)
    {
        using var submit = new HttpRequestMessage(HttpMethod.Post, "/v1/requests")
        {
            Content = Json($$"""{"model":"{{_model}}","input":{{input}}}"""),
            Headers = { { "Prefer", "wait=30" } },
        };
        return await RequestAsync(await host.Http.SendAsync(submit));
    }

    static async Task<IReadOnlyList<DeadLetterResource>> ListAsync(ApiHost host, string query) =>
        (await ReadAsync(await host.Http.GetAsync($"/v1/dead-letters?{query}"), WireJson.Default.DeadLetterList)).Data;

    static async Task<DeadLetterResource?> FindAsync(ApiHost host, string id) =>
        await host.Http.GetAsync($"/v1/dead-letters/{id}") is { StatusCode: not HttpStatusCode.NotFound } found
            ? await ReadAsync(found, WireJson.Default.DeadLetterResource)
            : null;

    static async Task ReplayAsync(ApiHost host, string id)
    {
        var response = await host.Http.PostAsync($"/v1/dead-letters/{id}/replay", content: null);
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal($"/v1/dead-letters/{id}", response.Headers.Location?.ToString());
    }

    static async Task<string[]> UnzippedAsync(ApiHost host, string job)
    {
        using var get = new HttpRequestMessage(HttpMethod.Get, $"/v1/jobs/{job}/results") { Headers = { { "Accept", "application/gzip" } } };
        var packed = await (await host.Http.SendAsync(get)).Content.ReadAsByteArrayAsync();
        return System.Text.Encoding.UTF8.GetString(Gzip.Decompress(packed)).TrimEnd('\n').Split('\n');
    }

    static IEnumerable<string?> Outcomes(RequestResource request) =>
        JsonDocument.Parse(request.Outputs!.Value.Utf8).RootElement.EnumerateArray()
            .Select(output => output.GetProperty("outcome").GetString());
}
