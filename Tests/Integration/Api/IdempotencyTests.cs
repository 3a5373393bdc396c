using System.Net;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Jobs;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Producer.Idempotency;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Integration.Api;

public sealed class IdempotencyTests(SharedServers servers) : ApiTest(servers)
{
    const string Key = "8e03978e-40d5-43dd-bc93-6894a57f9324";
    const string Request = """{"model":"m","lane":"bulk","input":"a"}""";

    ApiHost _host = null!;

    public override async ValueTask InitializeAsync() =>
        _host = await StartAsync(publisher: null, ("Security:TrustTenantHeader", "true"));

    public override async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await base.DisposeAsync();
    }

    [Theory]
    [InlineData("/v1/requests", Request)]
    [InlineData("/v1/jobs?model=m", "1\n2\n")]
    public async Task A_repeat_gets_the_first_answer(string path, string body)
    {
        var first = await PostAsync(path, body, Key);
        var repeat = await PostAsync(path, body, $"\"{Key}\"");

        Assert.Equal(HttpStatusCode.Accepted, first.StatusCode);
        Assert.False(first.Headers.Contains("Idempotency-Replayed"));
        Assert.Equal(HttpStatusCode.Accepted, repeat.StatusCode);
        Assert.Equal("true", repeat.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.Equal(first.Headers.Location, repeat.Headers.Location);
        Assert.Equal(await first.Content.ReadAsStringAsync(), await repeat.Content.ReadAsStringAsync());
        Assert.Equal(first.Content.Headers.ContentType, repeat.Content.Headers.ContentType);
        Assert.Equal(1, await CreatedAsync());
    }

    [Theory]
    [InlineData("/v1/requests", Request, "/v1/requests", """{"model":"m","lane":"bulk","input":"b"}""")]
    [InlineData("/v1/jobs?model=m", "1\n2\n", "/v1/jobs?model=m", "1\n3\n")]
    [InlineData("/v1/jobs?model=m", "1\n2\n", "/v1/jobs?model=m&ttl_seconds=60", "1\n2\n")]
    public async Task Another_call_under_the_same_key_is_refused(string path, string body, string other, string otherBody)
    {
        await PostAsync(path, body, Key);

        await IsProblemAsync(await PostAsync(other, otherBody, Key), HttpStatusCode.UnprocessableEntity, "key-reused");

        Assert.Equal(1, await CreatedAsync());
    }

    [Fact]
    public async Task Keys_of_tenants_and_routes_are_their_own()
    {
        var answers = new[]
        {
            await PostAsync("/v1/jobs?model=m", "1\n", Key, "red"),
            await PostAsync("/v1/jobs?model=m", "1\n", Key, "blue"),
            await PostAsync("/v1/requests", Request, Key, "red"),
        };

        Assert.Equal(3, answers.Select(answer => answer.Headers.Location).Distinct().Count());
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode));
    }

    [Fact]
    public async Task While_the_first_runs_a_repeat_is_told_to_come_back()
    {
        using var first = await SlowUpload.BeginAsync(_host, $"Idempotency-Key: {Key}\r\n");
        await first.SendAsync(Numbered(200));
        await ReceivedAsync(128);

        var repeat = await PostAsync("/v1/jobs?model=m", Numbered(200), Key);

        await IsProblemAsync(repeat, HttpStatusCode.Conflict, "still-running");
        Assert.NotNull(repeat.Headers.RetryAfter);
        Assert.Contains("202", await first.EndAsync());
    }

    [Fact]
    public async Task What_was_refused_may_be_tried_again()
    {
        const string Body = """{"model":"later","lane":"bulk","input":"a"}""";
        await IsProblemAsync(await PostAsync("/v1/requests", Body, Key), HttpStatusCode.NotFound, "unknown-model");
        await _host.DeclareAsync("later");

        var again = await PostAsync("/v1/requests", Body, Key);

        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
        Assert.False(again.Headers.Contains("Idempotency-Replayed"));
    }

    [Theory]
    [InlineData(100)]
    [InlineData(1000)]
    public async Task An_upload_that_broke_off_goes_on_where_it_was(int before)
    {
        await using var worker = await FakeWorker.StartAsync(_host, Model);
        using (var first = await SlowUpload.BeginAsync(_host, $"Idempotency-Key: {Key}\r\n"))
        {
            await first.SendAsync(Numbered(before));
            await ReceivedAsync(before / 128 * 128);
        }

        var again = await RetryAsync(Numbered(2000));
        var job = await JobAsync(again);
        var ended = await EndAsync(_host, job.Id);

        Assert.Equal(1, await CreatedAsync());
        Assert.Equal(new JobCounts(2000, 2000, 0, 2000, 0, 0, 0), ended.Counts);
        Assert.Equal(Enumerable.Range(0, 16), worker.Received.Select(chunk => chunk.Index).Order());
        Assert.Equal(2000, (await _host.Http.GetStringAsync($"/v1/jobs/{job.Id}/results")).Count(c => c == '\n'));
    }

    [Theory]
    [InlineData("other\n", 2000)]
    [InlineData("", 200)]
    public async Task An_upload_that_broke_off_does_not_go_on_with_another_body(string begin, int items)
    {
        using (var first = await SlowUpload.BeginAsync(_host, $"Idempotency-Key: {Key}\r\n"))
        {
            await first.SendAsync(Numbered(1000));
            await ReceivedAsync(896);
        }

        var other = await RetryAsync(begin + Numbered(items));

        await IsProblemAsync(other, HttpStatusCode.UnprocessableEntity, "key-reused");
        Assert.Equal(HttpStatusCode.Accepted, (await RetryAsync(Numbered(1000))).StatusCode);
        Assert.Equal(1, await CreatedAsync());
    }

    [Theory]
    [InlineData("/v1/requests", Request, """{"model":"m","lane":"bulk","input":"c"}""")]
    [InlineData("/v1/jobs?model=m", "1\n2\n", "1\n3\n")]
    public async Task A_call_whose_answer_was_lost_is_found_again(string path, string body, string other)
    {
        var first = await PostAsync(path, body, Key);
        var scope = IdempotencyKey.Scope(Tenants.Default, path.Split('?')[0], Key);
        await _host.Get<RedisConnection>().Database.HashDeleteAsync(
            Keys.KeyedCall(scope), ["status", "location", "type", "body"]);

        var reused = await PostAsync(path, other, Key);
        var repeat = await PostAsync(path, body, Key);

        await IsProblemAsync(reused, HttpStatusCode.UnprocessableEntity, "key-reused");
        Assert.Equal((HttpStatusCode.Accepted, first.Headers.Location), (repeat.StatusCode, repeat.Headers.Location));
        Assert.Equal("true", repeat.Headers.GetValues("Idempotency-Replayed").Single());
        Assert.Equal(1, await CreatedAsync());
    }

    [Fact]
    public async Task A_caller_that_hangs_up_on_a_call_with_a_key_does_not_cancel_it()
    {
        const string Body = """{"model":"m","input":"a"}""";
        await using var worker = await FakeWorker.StartAsync(_host, Model, permits: 0);
        using var hangUp = new CancellationTokenSource();
        var first = PostAsync("/v1/requests", Body, Key, prefer: "wait=60", cancellationToken: hangUp.Token);
        await Eventually.IsTrueAsync(() => worker.Received.Length == 1);

        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        worker.Permit();
        HttpResponseMessage repeat = null!;
        await Eventually.IsTrueAsync(async () =>
            (repeat = await PostAsync("/v1/requests", Body, Key, prefer: "wait=60")).StatusCode != HttpStatusCode.Conflict);

        var ended = await RequestAsync(repeat);
        Assert.Equal((HttpStatusCode.OK, RequestState.Succeeded), (repeat.StatusCode, ended.State));
        Assert.Equal(worker.Received.Single().Segments.Single().Request, ended.Id);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\"\"")]
    [InlineData("two words")]
    public async Task A_key_that_is_none_is_a_problem(string key) =>
        await IsProblemAsync(await PostAsync("/v1/requests", Request, key), HttpStatusCode.BadRequest, "malformed");

    /// <summary>As a client does: again while it is told that the first try has not ended.</summary>
    async Task<HttpResponseMessage> RetryAsync(string lines)
    {
        HttpResponseMessage answer = null!;
        await Eventually.IsTrueAsync(async () =>
            (answer = await PostAsync("/v1/jobs?model=m", lines, Key)).StatusCode != HttpStatusCode.Conflict);
        return answer;
    }

    async Task<HttpResponseMessage> PostAsync(
        string path, string body, string key, string tenant = "default", string? prefer = null,
        CancellationToken cancellationToken = default)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = path.Contains("jobs") ? Lines(body) : Json(body),
        };
        message.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        message.Headers.Add("X-Tenant", tenant);
        if (prefer is not null)
            message.Headers.Add("Prefer", prefer);

        return await _host.Http.SendAsync(message, cancellationToken);
    }

    Task ReceivedAsync(int items) => Eventually.IsTrueAsync(async () =>
        (await _host.Get<JobStore>().ListAsync(Tenants.Default, after: null, limit: 2)) is [{ } job] && job.Received >= items);

    /// <summary>Jobs and unfinished requests.</summary>
    async Task<long> CreatedAsync() =>
        (await _host.Get<JobStore>().ListAsync(Tenants.Default, after: null, limit: 10)).Count
        + (await _host.Get<RequestStore>().BacklogAsync()).Values.Sum();
}
