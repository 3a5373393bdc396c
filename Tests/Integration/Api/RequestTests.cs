using System.Net;
using System.Text;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Integration.Api;

public sealed class RequestTests(SharedServers servers) : ApiTest(servers)
{
    const string Body = """{"model":"m","input":[{"text":"a"},{"text":"b"}],"metadata":{"k":"v"}}""";

    ApiHost _host = null!;

    public override async ValueTask InitializeAsync() => _host = await StartAsync();

    public override async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_request_is_accepted_then_polled()
    {
        await using var worker = await FakeWorker.StartAsync(_host, Model, permits: 0);

        var accepted = await _host.Http.PostAsync("/v1/requests", Json(Body));
        var queued = await RequestAsync(accepted);
        worker.Permit();
        var ended = await RequestAsync(await _host.Http.GetAsync(accepted.Headers.Location + "?wait=30"));

        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        Assert.Equal($"/v1/requests/{queued.Id}", accepted.Headers.Location?.ToString());
        Assert.NotNull(accepted.Headers.RetryAfter);
        Assert.Equal(RequestState.Queued, queued.State);
        Assert.Equal(RequestState.Succeeded, ended.State);
        Assert.Equal("v", ended.Metadata?["k"]);
        Assert.Equal(queued.CreatedAt, ended.CreatedAt);
        Assert.Equal(
            """[{"outcome":"succeeded"},{"outcome":"succeeded"}]""", Encoding.UTF8.GetString(ended.Outputs!.Value.Utf8.Span));
    }

    [Fact]
    public async Task A_caller_who_waits_gets_the_result_in_the_same_call()
    {
        await using var worker = await FakeWorker.StartAsync(_host, Model);

        var response = await SubmitAsync("wait=30");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("wait=30", response.Headers.GetValues("Preference-Applied").Single());
        Assert.Equal(RequestState.Succeeded, (await RequestAsync(response)).State);
    }

    [Fact]
    public async Task A_caller_who_waits_too_short_gets_the_id()
    {
        await using var worker = await FakeWorker.StartAsync(_host, Model, permits: 0);

        var response = await SubmitAsync("wait=1");

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.NotNull(response.Headers.Location);
        Assert.NotNull(response.Headers.RetryAfter);
    }

    [Fact]
    public async Task A_caller_who_waits_and_leaves_cancels_the_request()
    {
        await using var worker = await FakeWorker.StartAsync(_host, Model, permits: 0);
        using var leave = new CancellationTokenSource();
        var waiting = SubmitAsync("wait=30", leave.Token);
        await Eventually.IsTrueAsync(() => worker.Received.Length == 1);
        var id = worker.Received[0].Segments[0].Request;

        await leave.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Eventually.IsTrueAsync(async () =>
            (await RequestAsync(await _host.Http.GetAsync($"/v1/requests/{id}"))).State == RequestState.Cancelled);
    }

    [Fact]
    public async Task A_request_can_be_cancelled_once()
    {
        await using var worker = await FakeWorker.StartAsync(_host, Model, permits: 0);
        var location = (await _host.Http.PostAsync("/v1/requests", Json(Body))).Headers.Location;

        var cancelled = await RequestAsync(await _host.Http.DeleteAsync(location));
        worker.Permit();
        await Eventually.IsTrueAsync(async () => (await _host.Get<RequestStore>().BacklogAsync()).Values.Sum() == 0);
        var after = await RequestAsync(await _host.Http.GetAsync(location));

        Assert.Equal(RequestState.Cancelled, cancelled.State);
        Assert.Equal(RequestState.Cancelled, after.State);
    }

    [Fact]
    public async Task A_result_that_has_expired_is_gone_not_unknown()
    {
        await using var worker = await FakeWorker.StartAsync(_host, Model);
        var id = (await RequestAsync(await SubmitAsync("wait=30"))).Id;

        await _host.Get<RedisConnection>().Database.KeyDeleteAsync(Keys.RequestResult(id));

        await IsProblemAsync(await _host.Http.GetAsync($"/v1/requests/{id}"), HttpStatusCode.Gone, "gone");
        await IsProblemAsync(await _host.Http.DeleteAsync($"/v1/requests/{id}"), HttpStatusCode.Gone, "gone");
    }

    [Fact]
    public async Task A_caller_who_waits_past_the_deadline_is_told_so()
    {
        await using var worker = await FakeWorker.StartAsync(_host, Model, permits: 0);
        var waiting = SubmitAsync("wait=30");
        await Eventually.IsTrueAsync(() => worker.Received.Length == 1);
        var segment = worker.Received[0].Segments[0];

        await _host.Get<RequestStore>().CommitAsync(
        [
            new(segment.Request, Limits.DefaultTtl,
                new(RequestState.Expired, Attempts: 1, new(0, 0, 0, 0), Run: null, new("[]"u8.ToArray())), segment.ReplyTo),
        ]);

        await IsProblemAsync(await waiting, HttpStatusCode.GatewayTimeout, "deadline-passed");
    }

    [Fact]
    public async Task A_model_that_appears_is_found_at_once()
    {
        var body = Json("""{"model":"new","lane":"bulk","input":"a"}""");
        await IsProblemAsync(
            await _host.Http.PostAsync("/v1/requests", body), HttpStatusCode.NotFound, "unknown-model");

        await _host.DeclareAsync("new");

        var accepted = await _host.Http.PostAsync("/v1/requests", Json("""{"model":"new","lane":"bulk","input":"a"}"""));
        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
    }

    [Fact]
    public async Task The_newest_version_that_is_served_is_the_default()
    {
        await using var worker = await FakeWorker.StartAsync(_host, Model, version: "9");
        await _host.DeclareAsync(Model, "10");

        Assert.Equal("9", (await RequestAsync(await SubmitAsync("wait=30"))).Version);
    }

    Task<HttpResponseMessage> SubmitAsync(string prefer, CancellationToken cancellationToken = default) =>
        _host.Http.SendAsync(
            new(HttpMethod.Post, "/v1/requests") { Content = Json(Body), Headers = { { "Prefer", prefer } } },
            cancellationToken);
}
