using System.Net;
using System.Text;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.DeadLetters;
using SkillAi.Queue.Contracts.Wire;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Integration.Api;

public sealed class DeadLetterTests(SharedServers servers) : ApiTest(servers)
{
    static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    [Fact]
    public async Task Letters_are_found_by_what_is_known_of_them()
    {
        await using var host = await StartAsync();
        await host.Get<DeadLetterStore>().WriteAsync([Letter("a"), Letter("b") with { Reason = "model_nan" }, Letter("c") with { Job = null, Request = "req_1" }]);

        Assert.Equal(3, (await ListAsync(host, "")).Data.Count);
        Assert.Equal(["b"], Ids(await ListAsync(host, "reason=model_nan")));
        Assert.Equal(["c"], Ids(await ListAsync(host, "request=req_1")));
        Assert.Equal(2, (await ListAsync(host, "job=job_1&model=m&version=1")).Data.Count);
        Assert.Empty((await ListAsync(host, "model=other")).Data);
        Assert.Empty((await ListAsync(host, $"since={Uri.EscapeDataString(Now.AddMinutes(5).ToString("O"))}")).Data);
    }

    [Fact]
    public async Task Pages_lead_through_all_letters_once()
    {
        await using var host = await StartAsync();
        for (var i = 0; i < 5; i++)
            await host.Get<DeadLetterStore>().WriteAsync([Letter($"{i}a"), Letter($"{i}b")]);

        var seen = new List<string>();
        var next = (string?)"";
        for (var pages = 0; next is not null; pages++)
        {
            var page = await ListAsync(host, $"limit=3&after={next}");
            seen.AddRange(Ids(page));
            next = page.Next;
            Assert.InRange(pages, 0, 4);
        }

        Assert.Equal(10, seen.Count);
        Assert.Equal(10, seen.Distinct().Count());
    }

    [Fact]
    public async Task The_payload_is_shown_where_it_is_asked_for()
    {
        await using var host = await StartAsync();
        await host.Get<DeadLetterStore>().WriteAsync([Letter("a")]);

        Assert.DoesNotContain("secret", await host.Http.GetStringAsync("/v1/dead-letters"));
        Assert.DoesNotContain("secret", await host.Http.GetStringAsync("/v1/dead-letters/a"));
        Assert.Contains("secret", await host.Http.GetStringAsync("/v1/dead-letters/a?payload=true"));
    }

    [Fact]
    public async Task Letters_are_deleted_one_by_one_or_by_filter()
    {
        await using var host = await StartAsync();
        await host.Get<DeadLetterStore>().WriteAsync([Letter("a"), Letter("b"), Letter("c") with { Reason = "model_nan" }]);

        Assert.Equal(HttpStatusCode.NoContent, (await host.Http.DeleteAsync("/v1/dead-letters/a")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Http.DeleteAsync("/v1/dead-letters/a")).StatusCode);
        var batch = await ReadAsync(await host.Http.DeleteAsync("/v1/dead-letters?reason=model_error"), WireJson.Default.DeadLetterBatch);

        Assert.Equal(new DeadLetterBatch(1, 0, null), batch);
        Assert.Equal(["c"], Ids(await ListAsync(host, "")));
    }

    [Fact]
    public async Task A_replay_of_what_is_gone_or_has_not_failed_is_refused()
    {
        await using var host = await StartAsync();
        await using var worker = await FakeWorker.StartAsync(host, Model);
        var job = await EndAsync(host, (await UploadAsync(host, "\"good\"\n\"bad\"\n")).Id);
        await host.Get<DeadLetterStore>().WriteAsync(
        [
            Letter("old"), Letter("good") with { Job = job.Id, Index = 0 }, Letter("bad") with { Job = job.Id, Index = 1 },
            Letter("chunk") with { Index = null, Items = 2 }, Letter("later") with { Job = job.Id, Chunk = 9, Index = 1 },
        ]);

        await IsProblemAsync(await ReplayAsync(host, "old"), HttpStatusCode.Gone, "gone");
        await IsProblemAsync(await ReplayAsync(host, "good"), HttpStatusCode.Conflict, "not-failed");
        await IsProblemAsync(await ReplayAsync(host, "later"), HttpStatusCode.Conflict, "not-failed");
        await IsProblemAsync(await ReplayAsync(host, "chunk"), HttpStatusCode.Conflict, "not-replayable");
        await IsProblemAsync(await ReplayAsync(host, "none"), HttpStatusCode.NotFound, "not-found");
        using var all = Json("""{"all":true}""");
        var batch = await ReadAsync(await host.Http.PostAsync("/v1/dead-letters/replay", all), WireJson.Default.DeadLetterBatch);
        Assert.Equal(new DeadLetterBatch(1, 4, null), batch);
    }

    [Fact]
    public async Task A_replay_under_way_is_not_begun_again_and_one_that_was_not_published_is_free()
    {
        var publisher = new GatedPublisher();
        publisher.Open();
        await using var host = await StartAsync(publisher);
        var job = await UploadAsync(host, "\"bad\"\n");
        await host.Get<JobStore>().CommitAsync([new(job.Id, 0, Producer.Jobs.Gzip.Compress("{\"index\":0,\"outcome\":\"failed\"}\n"u8), new(0, 1, 0, 0), 1)]);
        await host.Get<DeadLetterStore>().WriteAsync([Letter("a") with { Job = job.Id, Index = 0 }]);

        publisher.Failure = new BrokerUnavailableException("Down.");
        await IsProblemAsync(await ReplayAsync(host, "a"), HttpStatusCode.ServiceUnavailable, "broker-unavailable");
        publisher.Failure = null;
        Assert.Equal(HttpStatusCode.Accepted, (await ReplayAsync(host, "a")).StatusCode);
        await IsProblemAsync(await ReplayAsync(host, "a"), HttpStatusCode.Conflict, "replay-under-way");

        var chunk = Assert.Single(publisher.Published, chunk => chunk.Replay is not null);
        Assert.Equal(("a", job.Id, 0, 0L, 1, Lane.Bulk), (chunk.Replay, chunk.Job, chunk.Index, chunk.First, chunk.Items, chunk.Lane));
    }

    [Fact]
    public async Task Another_tenants_letters_are_not_there()
    {
        await using var host = await StartAsync();
        await host.Get<DeadLetterStore>().WriteAsync([Letter("a") with { Tenant = "other" }]);

        Assert.Empty((await ListAsync(host, "")).Data);
        await IsProblemAsync(await host.Http.GetAsync("/v1/dead-letters/a?payload=true"), HttpStatusCode.NotFound, "not-found");
        await IsProblemAsync(await host.Http.DeleteAsync("/v1/dead-letters/a"), HttpStatusCode.NotFound, "not-found");
    }

    [Theory]
    [InlineData("GET", "/v1/dead-letters?since=yesterday", null, 400, "malformed")]
    [InlineData("GET", "/v1/dead-letters?after=nowhere", null, 400, "malformed")]
    [InlineData("GET", "/v1/dead-letters?limit=many", null, 400, "malformed")]
    [InlineData("GET", "/v1/dead-letters?reason=", null, 400, "invalid-value")]
    [InlineData("GET", "/v1/dead-letters/x?payload=perhaps", null, 400, "malformed")]
    [InlineData("GET", "/v1/dead-letters/%7Bx%7D", null, 404, "not-found")]
    [InlineData("DELETE", "/v1/dead-letters", null, 400, "malformed")]
    [InlineData("DELETE", "/v1/dead-letters?all=false", null, 400, "malformed")]
    [InlineData("POST", "/v1/dead-letters/replay", "{}", 400, "malformed")]
    [InlineData("POST", "/v1/dead-letters/replay", "", 400, "malformed")]
    [InlineData("POST", "/v1/dead-letters/replay", "null", 400, "malformed")]
    [InlineData("POST", "/v1/dead-letters/replay", "{\"reason\":\"\\ud800\"}", 400, "malformed")]
    [InlineData("POST", "/v1/dead-letters/replay", "{\"since\":\"soon\"}", 400, "malformed")]
    [InlineData("POST", "/v1/dead-letters/x/replay", null, 404, "not-found")]
    [InlineData("PUT", "/v1/dead-letters/x", null, 405, "method-not-allowed")]
    public async Task What_cannot_be_meant_is_a_problem(string method, string path, string? body, int status, string type)
    {
        await using var host = await StartAsync();
        using var request = new HttpRequestMessage(new(method), path) { Content = body is null ? null : Json(body) };

        await IsProblemAsync(await host.Http.SendAsync(request), (HttpStatusCode)status, type);
    }

    [Theory]
    [InlineData("DELETE", "/v1/dead-letters?model=m&verison=9", null, "verison", "is no part of a filter")]
    [InlineData("DELETE", "/v1/dead-letters?model=m&limit=1", null, "limit", "is no part of a filter")]
    [InlineData("DELETE", "/v1/dead-letters?model=m&model=n", null, "model", "must not be given twice")]
    [InlineData("DELETE", "/v1/dead-letters?since=3.4", null, "since", "must be a time")]
    [InlineData("DELETE", "/v1/dead-letters", null, "all", "must be true where there is no filter")]
    [InlineData("POST", "/v1/dead-letters/replay", """{"reason":"model_error","foo":1}""", "foo", "is no part of a filter")]
    [InlineData("POST", "/v1/dead-letters/replay", """{"reason":"model_error","Model":"x"}""", "Model", "is no part of a filter")]
    [InlineData("POST", "/v1/dead-letters/replay", """{"model":"m","model":"n"}""", "model", "must not be given twice")]
    [InlineData("POST", "/v1/dead-letters/replay", """{"reason":5}""", "reason", "must be a string")]
    [InlineData("POST", "/v1/dead-letters/replay", """{"all":"yes"}""", "all", "must be true or false")]
    [InlineData("POST", "/v1/dead-letters/replay?model=n", """{"reason":"model_error"}""", "model", "belongs into the body")]
    public async Task A_filter_that_is_not_understood_changes_nothing(string method, string path, string? body, string field, string rule)
    {
        await using var host = await StartAsync();
        await host.Get<DeadLetterStore>().WriteAsync([Letter("a")]);
        using var request = new HttpRequestMessage(new(method), path) { Content = body is null ? null : Json(body) };

        var problem = await IsProblemAsync(await host.Http.SendAsync(request), HttpStatusCode.BadRequest, "malformed");

        Assert.Equal(field, problem.GetProperty("field").GetString());
        Assert.StartsWith($"'{field}' {rule}", problem.GetProperty("detail").GetString());
        Assert.Equal(["a"], Ids(await ListAsync(host, "")));
    }

    [Fact]
    public async Task A_filter_that_is_not_json_or_too_long_is_not_taken()
    {
        await using var host = await StartAsync();
        using var text = new StringContent("{\"all\":true}", Encoding.UTF8, "text/plain");
        using var large = Json($$"""{"all":true,"reason":"{{new string('x', 100_000)}}"}""");

        await IsProblemAsync(await host.Http.PostAsync("/v1/dead-letters/replay", text), HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");
        await IsProblemAsync(await host.Http.PostAsync("/v1/dead-letters/replay", large), HttpStatusCode.RequestEntityTooLarge, "too-large");
    }

    static DeadLetter Letter(string id) => new()
    {
        Id = id, Reason = "model_error", Message = "No.", Model = "m", Version = "1", Lane = Lane.Bulk, Tenant = Tenants.Default,
        Job = "job_1", Index = 3, Items = 1, Attempts = 1, Sha256 = "00", Bytes = 8, Payload = "\"secret\""u8.ToArray(), FailedAt = Now,
    };

    static Task<HttpResponseMessage> ReplayAsync(ApiHost host, string id) =>
        host.Http.PostAsync($"/v1/dead-letters/{id}/replay", content: null);

    static async Task<DeadLetterList> ListAsync(ApiHost host, string query) =>
        await ReadAsync(await host.Http.GetAsync($"/v1/dead-letters?{query}"), WireJson.Default.DeadLetterList);

    static IEnumerable<string> Ids(DeadLetterList list) => list.Data.Select(letter => letter.Id);
}
