using System.Net;
using System.Text;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Tests.Servers;

namespace SkillAi.Queue.Tests.Integration.Api;

public sealed class BadInputTests(SharedServers servers) : ApiTest(servers)
{
    ApiHost _host = null!;

    public override async ValueTask InitializeAsync() => _host = await StartAsync();

    public override async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await base.DisposeAsync();
    }

    [Theory]
    [InlineData("{\"model\":\"m\",\"input\":", 400, "malformed", null)]
    [InlineData("", 400, "malformed", null)]
    [InlineData("[]", 400, "malformed", null)]
    [InlineData("{\"model\":\"m\",\"lane\":\"bulk\"}", 400, "malformed", "input")]
    [InlineData("{\"model\":5,\"lane\":\"bulk\",\"input\":\"a\"}", 400, "malformed", "model")]
    [InlineData("{\"model\":\"m\",\"lane\":\"bulk\",\"input\":[]}", 400, "invalid-value", "input")]
    [InlineData("{\"model\":\"m\",\"lane\":\"bulk\",\"input\":\"a\",\"deadline_ms\":-1}", 400, "invalid-value", "deadline_ms")]
    [InlineData("{\"model\":\"m\",\"lane\":\"bulk\",\"input\":\"a\",\"deadline_ms\":99999999999}", 400, "invalid-value", "deadline_ms")]
    [InlineData("{\"model\":\"m\",\"lane\":\"bulk\",\"input\":\"a\",\"ttl_seconds\":0}", 400, "invalid-value", "ttl_seconds")]
    [InlineData("{\"model\":\"none\",\"lane\":\"bulk\",\"input\":\"a\"}", 404, "unknown-model", "model")]
    [InlineData("{\"model\":\"m\",\"version\":\"9\",\"lane\":\"bulk\",\"input\":\"a\"}", 404, "unknown-version", "version")]
    [InlineData("{\"model\":\"m\",\"input\":\"a\"}", 503, "no-worker", null)]
    public async Task A_request_that_cannot_be_taken_is_refused(string body, int status, string type, string? field)
    {
        var response = await _host.Http.PostAsync("/v1/requests", Json(body));

        var problem = await IsProblemAsync(response, (HttpStatusCode)status, type);
        Assert.Equal(field, problem.TryGetProperty("field", out var named) ? named.GetString() : null);
        if (field is not null && type is "malformed" or "invalid-value")
            Assert.StartsWith($"'{field}' ", problem.GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("/v1/jobs", "a\n", 400, "malformed")]
    [InlineData("/v1/jobs?model=m", "", 400, "empty-body")]
    [InlineData("/v1/jobs?model=m", "\n \r\n\n", 400, "empty-body")]
    [InlineData("/v1/jobs?model=none", "a\n", 404, "unknown-model")]
    [InlineData("/v1/jobs?model=m&version=9", "a\n", 404, "unknown-version")]
    [InlineData("/v1/jobs?model=m&deadline_ms=soon", "a\n", 400, "malformed")]
    [InlineData("/v1/jobs?model=m&deadline_ms=0", "a\n", 400, "invalid-value")]
    [InlineData("/v1/jobs?model=m&ttl_seconds=604801", "a\n", 400, "invalid-value")]
    [InlineData("/v1/jobs?model=m&metadata.=x", "a\n", 400, "invalid-value")]
    public async Task A_job_that_cannot_be_taken_is_refused_and_leaves_nothing(string path, string body, int status, string type)
    {
        var response = await _host.Http.PostAsync(path, Lines(body));

        await IsProblemAsync(response, (HttpStatusCode)status, type);
        Assert.Equal("{\"data\":[]}", await _host.Http.GetStringAsync("/v1/jobs"));
    }

    [Theory]
    [InlineData("GET", "/", 404, "no-route")]
    [InlineData("GET", "/v1/nothing", 404, "no-route")]
    [InlineData("GET", "/v1/requests/req_1/more", 404, "no-route")]
    [InlineData("PUT", "/v1/requests", 405, "method-not-allowed")]
    [InlineData("DELETE", "/v1/jobs", 405, "method-not-allowed")]
    [InlineData("GET", "/v1/requests/req_unknown", 404, "not-found")]
    [InlineData("GET", "/v1/requests/req_unknown?wait=30", 404, "not-found")]
    [InlineData("GET", "/v1/requests/%7Bx%7D", 404, "not-found")]
    [InlineData("DELETE", "/v1/requests/req_unknown", 404, "not-found")]
    [InlineData("GET", "/v1/jobs/job_unknown", 404, "not-found")]
    [InlineData("GET", "/v1/jobs/job_unknown?wait=30", 404, "not-found")]
    [InlineData("GET", "/v1/jobs/job_unknown/results", 404, "not-found")]
    [InlineData("GET", "/v1/jobs/job_unknown/errors", 404, "not-found")]
    [InlineData("POST", "/v1/jobs/job_unknown/cancel", 404, "not-found")]
    [InlineData("GET", "/v1/jobs/..%2F..%2Fetc", 404, "not-found")]
    [InlineData("GET", "/v1/requests/req_1?wait=long", 400, "malformed")]
    [InlineData("GET", "/v1/jobs?limit=x", 400, "malformed")]
    [InlineData("GET", "/v1/jobs?after=%00", 400, "malformed")]
    [InlineData("GET", "/v1/jobs?after=nope", 400, "malformed")]
    [InlineData("GET", "/v1/jobs?limit=0", 400, "invalid-value")]
    [InlineData("GET", "/v1/dead-letters?limit=-1", 400, "invalid-value")]
    [InlineData("GET", "/v1/requests/req_1?wait=-1", 400, "malformed")]
    [InlineData("GET", "/v1/jobs/job_unknown?wait=-1", 400, "malformed")]
    public async Task What_is_not_there_is_a_problem(string method, string path, int status, string type)
    {
        var response = await _host.Http.SendAsync(new(new(method), path));

        await IsProblemAsync(response, (HttpStatusCode)status, type);
    }

    [Theory]
    [InlineData("/v1/requests", "text/plain")]
    [InlineData("/v1/jobs?model=m", "multipart/form-data")]
    [InlineData("/v1/jobs?model=m", "application/x-www-form-urlencoded")]
    public async Task A_body_of_another_type_is_not_taken(string path, string type)
    {
        var response = await _host.Http.PostAsync(path, new StringContent("{}", Encoding.UTF8, type));

        await IsProblemAsync(response, HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");
    }

    [Theory]
    [InlineData("br")]
    [InlineData("gzip, gzip")]
    public async Task An_encoding_that_is_not_gzip_is_not_taken(string encoding)
    {
        var content = Lines("a\n");
        content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);

        var response = await _host.Http.PostAsync("/v1/jobs?model=m", content);

        await IsProblemAsync(response, HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");
    }

    [Theory]
    [InlineData(Limits.MaxItemBytes + 1)]
    [InlineData(4 * Limits.MaxItemBytes)]
    public async Task A_request_above_the_limit_is_too_large(int bytes)
    {
        var body = $$"""{"model":"m","lane":"bulk","input":"{{new string('x', bytes)}}"}""";

        var response = await _host.Http.PostAsync("/v1/requests", Json(body));

        await IsProblemAsync(response, HttpStatusCode.RequestEntityTooLarge, "too-large");
    }

    [Fact]
    public async Task A_place_before_the_first_result_is_a_problem()
    {
        var job = await UploadAsync(_host, "1\n");

        var problem = await IsProblemAsync(
            await _host.Http.GetAsync($"/v1/jobs/{job.Id}/results?from=-1"), HttpStatusCode.BadRequest, "invalid-value");

        Assert.Equal("'from' must be at least 0.", problem.GetProperty("detail").GetString());
    }

    [Theory]
    [InlineData("/v1/requests")]
    [InlineData("/v1/dead-letters/replay")]
    public async Task An_empty_body_is_said_to_be_empty(string path)
    {
        var problem = await IsProblemAsync(await _host.Http.PostAsync(path, Json("")), HttpStatusCode.BadRequest, "malformed");

        Assert.StartsWith("The body is empty", problem.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task What_can_be_asked_for_can_be_asked_about()
    {
        var job = await UploadAsync(_host, "1\n");
        foreach (var path in (string[])["/v1/jobs", $"/v1/jobs/{job.Id}", $"/v1/jobs/{job.Id}/results", $"/v1/jobs/{job.Id}/errors", "/v1/models"])
        {
            var (got, head) = (await _host.Http.GetAsync(path), await _host.Http.SendAsync(new(HttpMethod.Head, path)));

            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (got.StatusCode, head.StatusCode));
            Assert.Equal(got.Content.Headers.ContentType, head.Content.Headers.ContentType);
            Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        }
    }

    [Fact]
    public async Task An_absurd_wait_is_cut_and_not_refused()
    {
        var accepted = await _host.Http.PostAsync(
            "/v1/requests", Json("""{"model":"m","lane":"bulk","input":"a"}"""));
        using var submit = new HttpRequestMessage(HttpMethod.Post, "/v1/requests")
        {
            Content = Json("""{"model":"m","lane":"bulk","input":"a"}"""),
            Headers = { { "Prefer", "wait=99999999999999999999" } },
        };
        var waited = _host.Http.SendAsync(submit);

        var found = await _host.Http.GetAsync(accepted.Headers.Location);
        await _host.StopAsync();

        Assert.Equal(HttpStatusCode.OK, found.StatusCode);
        Assert.Equal("wait=60", (await waited).Headers.GetValues("Preference-Applied").Single());
    }
}
