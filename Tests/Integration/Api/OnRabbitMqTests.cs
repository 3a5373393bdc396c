using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Jobs;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Integration.Api;

public sealed class OnRabbitMqTests(SharedServers servers) : ApiTest(servers)
{
    const int Window = 2048;
    readonly SharedServers _servers = servers;
    readonly string _model = "m" + Guid.NewGuid().ToString("N");

    [Fact]
    public async Task The_queue_holds_no_more_than_the_window_and_a_small_job_overtakes_a_large_one()
    {
        await using var host = await StartOnRabbitMqAsync(await NewRedisAsync());
        await using var worker = await FakeWorker.StartAsync(host, _model, permits: 4);
        var large = await UploadAsync(host, 40_000);
        await Eventually.IsTrueAsync(() => worker.Received.Length > 0);
        var small = await UploadAsync(host, 1000);

        worker.Permit(1_000_000);
        var ended = EndAsync(host, small.Id);
        while (!ended.IsCompleted)
        {
            var depth = await host.Get<IChunkPublisher>().FindDepthAsync(_model, Lane.Bulk, CancellationToken.None);
            Assert.InRange(depth?.ReadyMessages ?? 0, 0, Window / Limits.JobChunkItems);
        }

        Assert.Equal(1000, (await ended).Counts.Succeeded);
        Assert.Equal(JobState.Running, (await host.Get<JobStore>().FindAsync(large.Id)).Found?.State);
        Assert.Equal(40_000, (await EndAsync(host, large.Id)).Counts.Succeeded);
    }

    [Theory]
    [InlineData("bulk")]
    [InlineData("priority")]
    public async Task A_request_travels_there_and_back(string lane)
    {
        await using var host = await StartOnRabbitMqAsync(await NewRedisAsync());
        await using var worker = await FakeWorker.StartAsync(host, _model);
        using var submit = new HttpRequestMessage(HttpMethod.Post, "/v1/requests")
        {
            Content = Json($$"""{"model":"{{_model}}","lane":"{{lane}}","input":[1,2,3]}"""),
            Headers = { { "Prefer", "wait=30" } },
        };

        var request = await RequestAsync(await host.Http.SendAsync(submit));

        Assert.Equal(RequestState.Succeeded, request.State);
        Assert.Equal("1\n2\n3", System.Text.Encoding.UTF8.GetString(worker.Received.Single().Body.Span));
    }

    [Fact]
    public async Task Two_instances_share_the_work_of_an_api()
    {
        var redis = await NewRedisAsync();
        await using var one = await StartOnRabbitMqAsync(redis);
        await using var other = await StartOnRabbitMqAsync(redis);
        await using var worker = await FakeWorker.StartAsync(one, _model);

        // Whichever of them feeds, both take uploads and both answer for all.
        var jobs = await Task.WhenAll(UploadAsync(one, 500), UploadAsync(other, 500));
        var ended = await Task.WhenAll(EndAsync(other, jobs[0].Id), EndAsync(one, jobs[1].Id));

        Assert.All(ended, job => Assert.Equal(500, job.Counts.Succeeded));
        Assert.Equal(1000, worker.Received.Sum(chunk => chunk.Items));
    }

    async Task<ApiHost> StartOnRabbitMqAsync(string redis)
    {
        var host = await ApiHost.StartAsync(
            redis, publisher: null, services: null, ("ConnectionStrings:RabbitMq", (await _servers.RabbitMqAsync()).Url),
            ("Feeder:WindowItems", $"{Window}"));
        await host.DeclareAsync(_model);
        await Eventually.IsTrueAsync(() => host.Get<IChunkPublisher>().IsReady);
        return host;
    }

    async Task<JobResource> UploadAsync(ApiHost host, int items) =>
        await JobAsync(await host.Http.PostAsync($"/v1/jobs?model={_model}", Lines(Numbered(items))));
}
