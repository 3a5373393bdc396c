using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Producer.Intake;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Integration.Api;

public sealed class IntakeTests(SharedServers servers) : ApiTest(servers)
{
    const string Bulk = """{"model":"m","lane":"bulk","input":"a"}""";

    [Fact]
    public async Task Bulk_requests_that_arrive_during_a_publish_leave_together()
    {
        var broker = new GatedPublisher();
        await using var host = await StartAsync(broker);

        // Two publishes are in flight at once: these take both.
        var first = host.Http.PostAsync("/v1/requests", Json(Bulk));
        await Eventually.IsTrueAsync(() => broker.Published.Length == 1);
        var second = host.Http.PostAsync("/v1/requests", Json(Bulk));
        await Eventually.IsTrueAsync(() => broker.Published.Length == 2);
        var rest = Enumerable.Range(0, 40).Select(_ => host.Http.PostAsync("/v1/requests", Json(Bulk))).ToList();
        await Eventually.IsTrueAsync(() => host.Get<GroupCommit>().Waiting == 40);
        Assert.All([first, second, .. rest], response => Assert.False(response.IsCompleted));

        broker.Open();
        var responses = await Task.WhenAll([first, second, .. rest]);

        Assert.All(responses, response => Assert.Equal(HttpStatusCode.Accepted, response.StatusCode));
        var chunks = broker.Published;
        Assert.InRange(chunks.Length, 3, 4);
        Assert.Equal(42, chunks.Sum(chunk => chunk.Items));
        Assert.Equal(
            (await Task.WhenAll(responses.Select(RequestAsync))).Select(request => request.Id).Order(),
            chunks.SelectMany(chunk => chunk.Segments).Select(segment => segment.Request).Order());
    }

    [Theory]
    [InlineData("priority")]
    [InlineData("bulk")]
    public async Task A_lane_takes_as_much_as_it_may_hold_and_refuses_the_rest(string lane)
    {
        await using var host = await StartAsync(settings: [("Admission:LaneItems", "300")]);
        await using var worker = await FakeWorker.StartAsync(host, "m", permits: 0);
        var body = $$"""{"model":"m","lane":"{{lane}}","input":["a","b"]}""";

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => host.Http.PostAsync("/v1/requests", Json(body))));

        Assert.Equal(150, answers.Count(answer => answer.StatusCode == HttpStatusCode.Accepted));
        var refused = answers.Where(answer => answer.StatusCode != HttpStatusCode.Accepted).ToArray();
        Assert.Equal(50, refused.Length);
        foreach (var answer in refused)
            await IsProblemAsync(answer, HttpStatusCode.TooManyRequests, "queue-full");

        Assert.All(refused, answer => Assert.NotNull(answer.Headers.RetryAfter));
        Assert.Equal(300, (await host.Get<RequestStore>().BacklogAsync())[("m", LaneNames.Parse(lane))]);
    }

    [Fact]
    public async Task Who_has_spent_his_share_of_a_lane_is_told_so_not_that_the_lane_is_full()
    {
        await using var host = await StartAsync(settings: [("Admission:LaneItems", "1000"), ("Admission:TenantItems", "300")]);
        Assert.Equal(HttpStatusCode.Accepted, (await host.Http.PostAsync("/v1/requests", Json(BulkOf(250)))).StatusCode);

        // The store says so first, then what is remembered of it. The tenant has one of the lane's three shards.
        for (var i = 0; i < 2; i++)
        {
            var refused = await host.Http.PostAsync("/v1/requests", Json(BulkOf(100)));

            var problem = await IsProblemAsync(refused, HttpStatusCode.TooManyRequests, "tenant-full");
            Assert.Contains("300 items", problem.GetProperty("detail").GetString());
        }
    }

    [Fact]
    public async Task What_a_full_lane_refuses_does_not_wait_for_those_before_it()
    {
        var broker = new GatedPublisher();
        var clock = new FakeTimeProvider();
        await using var host = await ApiHost.StartAsync(
            await NewRedisAsync(), broker,
            services => services.AddSingleton(new LaneShards(new() { LaneItems = 300 }, clock)));
        await host.DeclareAsync(Model);

        // Two publishes are in flight at once, and both are stuck.
        var first = host.Http.PostAsync("/v1/requests", Json(BulkOf(250)));
        await Eventually.IsTrueAsync(() => broker.Published.Length == 1);
        var second = host.Http.PostAsync("/v1/requests", Json(BulkOf(40)));
        await Eventually.IsTrueAsync(() => broker.Published.Length == 2);
        var refused = await host.Http.PostAsync("/v1/requests", Json(BulkOf(11)));

        await IsProblemAsync(refused, HttpStatusCode.TooManyRequests, "queue-full");
        Assert.False(first.IsCompleted || second.IsCompleted);
        broker.Open();
        Assert.Equal(HttpStatusCode.Accepted, (await first).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await second).StatusCode);
    }

    static string BulkOf(int items) =>
        $$"""{"model":"m","lane":"bulk","input":[{{string.Join(',', Enumerable.Repeat("\"a\"", items))}}]}""";

    [Theory]
    [InlineData("bulk")]
    [InlineData("priority")]
    public async Task A_full_lane_is_429_and_leaves_nothing(string lane)
    {
        var broker = new GatedPublisher { Failure = new BrokerRefusedException("full") };
        await using var host = await StartAsync(broker);
        await host.Get<ModelDirectory>().KeepAliveAsync(Model, "1", "fake");

        var response = await host.Http.PostAsync("/v1/requests", Json(Bulk.Replace("bulk", lane)));

        await IsProblemAsync(response, HttpStatusCode.TooManyRequests, "queue-full");
        await IsWithdrawnAsync(host);
    }

    [Theory]
    [InlineData("bulk")]
    [InlineData("priority")]
    public async Task A_broker_that_is_away_is_503_and_leaves_nothing(string lane)
    {
        var broker = new GatedPublisher { Failure = new BrokerUnavailableException("away") };
        await using var host = await StartAsync(broker);
        await host.Get<ModelDirectory>().KeepAliveAsync(Model, "1", "fake");

        var response = await host.Http.PostAsync("/v1/requests", Json(Bulk.Replace("bulk", lane)));

        await IsProblemAsync(response, HttpStatusCode.ServiceUnavailable, "broker-unavailable");
        await IsWithdrawnAsync(host);
    }

    [Theory]
    [InlineData("POST", "/v1/requests")]
    [InlineData("GET", "/v1/requests/ID")]
    [InlineData("GET", "/v1/requests/ID?wait=20")]
    [InlineData("POST", "/v1/jobs?model=m")]
    [InlineData("GET", "/v1/jobs")]
    [InlineData("GET", "/v1/jobs/job_1")]
    [InlineData("GET", "/v1/jobs/job_1/results")]
    public async Task A_store_that_is_away_is_503_and_the_api_runs_on(string method, string path)
    {
        await using var host = await ApiHost.StartAsync($"127.0.0.1:{Ports.Free()}");
        using var message = new HttpRequestMessage(
            new(method), path.Replace("ID", RequestId.New(TimeProvider.System.GetUtcNow(), shard: 1)));
        if (method == "POST")
            message.Content = path.Contains("jobs") ? Lines("a\n") : Json(Bulk);

        var started = TimeProvider.System.GetTimestamp();
        var response = await host.Http.SendAsync(message);

        await IsProblemAsync(response, HttpStatusCode.ServiceUnavailable, "store-unavailable");
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(30));
        Assert.Equal(HttpStatusCode.OK, (await host.Http.GetAsync("/health/live")).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await host.Http.GetAsync("/health/ready")).StatusCode);
    }

    static async Task IsWithdrawnAsync(ApiHost host)
    {
        Assert.Equal(0, (await host.Get<RequestStore>().BacklogAsync()).Values.Sum());
        await foreach (var left in host.Get<RequestStore>().UnfinishedAsync(_ => true, CancellationToken.None))
            Assert.Fail($"{left.Id} was left behind.");
    }
}
