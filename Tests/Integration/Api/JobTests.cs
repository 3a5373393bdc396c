using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Jobs;
using SkillAi.Queue.Contracts.Wire;
using SkillAi.Queue.Producer.Jobs;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Blobs;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Integration.Api;

public sealed class JobTests(SharedServers servers) : ApiTest(servers)
{
    ApiHost _host = null!;

    public override async ValueTask InitializeAsync() => _host = await StartAsync();

    public override async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await base.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_line_is_answered_once_and_in_order(bool isGzip)
    {
        await using var worker = await FakeWorker.StartAsync(_host, Model);
        var body = Encoding.UTF8.GetBytes(Numbered(1000));
        var content = Lines(isGzip ? Gzip.Compress(body) : body);
        if (isGzip)
            content.Headers.ContentEncoding.Add("gzip");

        var accepted = await _host.Http.PostAsync("/v1/jobs?model=m&metadata.team=red", content);
        var job = await JobAsync(accepted);
        var ended = await EndAsync(_host, job.Id);
        var results = await _host.Http.GetAsync($"/v1/jobs/{job.Id}/results");

        Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
        Assert.Equal($"/v1/jobs/{job.Id}", accepted.Headers.Location?.ToString());
        Assert.Equal(JobState.Succeeded, ended.State);
        Assert.Equal(new JobCounts(1000, 1000, 0, 1000, 0, 0, 0), ended.Counts);
        Assert.Equal("red", ended.Metadata?["team"]);
        Assert.Equal(64, ended.MeanRunSize);
        Assert.Equal(Expected(0, 1000), await results.Content.ReadAsStringAsync());
        Assert.Equal("m", results.Headers.GetValues("skillai-model").Single());
        Assert.Equal("1", results.Headers.GetValues("skillai-version").Single());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(128)]
    [InlineData(200)]
    [InlineData(299)]
    [InlineData(300)]
    [InlineData(5000)]
    public async Task Results_begin_where_asked_for_plain_and_packed(int from)
    {
        await using var worker = await FakeWorker.StartAsync(_host, Model);
        var job = await UploadAsync(_host, Numbered(300));
        await EndAsync(_host, job.Id);
        var path = $"/v1/jobs/{job.Id}/results?from={from}";
        using var packed = new HttpRequestMessage(HttpMethod.Get, path)
        {
            Headers = { Accept = { new MediaTypeWithQualityHeaderValue("application/gzip") } },
        };

        var plain = await _host.Http.GetStringAsync(path);
        var members = await (await _host.Http.SendAsync(packed)).Content.ReadAsByteArrayAsync();

        Assert.Equal(Expected(from, Math.Max(0, 300 - from)), plain);
        Assert.Equal(plain, Encoding.UTF8.GetString(Gzip.Decompress(members)));
    }

    [Fact]
    public async Task A_running_job_shows_its_finished_prefix()
    {
        await using var worker = await FakeWorker.StartAsync(_host, Model, permits: 2);
        var job = await UploadAsync(_host, Numbered(500));
        await Eventually.IsTrueAsync(async () =>
            (await JobAsync(await _host.Http.GetAsync($"/v1/jobs/{job.Id}"))).Counts.Succeeded == 256);

        var running = await _host.Http.GetAsync($"/v1/jobs/{job.Id}");

        Assert.NotNull(running.Headers.RetryAfter);
        Assert.Equal(Expected(0, 256), await _host.Http.GetStringAsync($"/v1/jobs/{job.Id}/results"));
    }

    [Fact]
    public async Task Errors_are_the_lines_that_failed()
    {
        await using var worker = await FakeWorker.StartAsync(_host, Model);
        var job = await UploadAsync(_host, Numbered(200) + "\"bad\"\n" + Numbered(200));

        var ended = await EndAsync(_host, job.Id);
        var errors = await _host.Http.GetStringAsync($"/v1/jobs/{job.Id}/errors");

        Assert.Equal((400, 1), (ended.Counts.Succeeded, ended.Counts.Failed));
        Assert.Equal("{\"index\":200,\"outcome\":\"failed\",\"output\":\"bad\"}\n", errors);
    }

    [Fact]
    public async Task A_cancelled_job_keeps_what_was_done_and_leaves_the_spool()
    {
        await using var worker = await FakeWorker.StartAsync(_host, Model, permits: 1);
        var job = await UploadAsync(_host, Numbered(500));
        await Eventually.IsTrueAsync(async () =>
            (await JobAsync(await _host.Http.GetAsync($"/v1/jobs/{job.Id}"))).Counts.Succeeded == 128);

        var cancelled = await JobAsync(await _host.Http.PostAsync($"/v1/jobs/{job.Id}/cancel", content: null));

        Assert.Equal(JobState.Cancelled, cancelled.State);
        Assert.Equal(new JobCounts(500, 500, 0, 128, 0, 372, 0), cancelled.Counts);
        Assert.Equal(Expected(0, 128), await _host.Http.GetStringAsync($"/v1/jobs/{job.Id}/results"));
        await Eventually.IsTrueAsync(async () =>
            await _host.Get<IBlobStore>().FindAsync(job.Id, "0", CancellationToken.None) is null
            && (await _host.Get<JobStore>().ListOpenAsync()).Count == 0);
    }

    [Fact]
    public async Task Jobs_are_listed_newest_first_page_by_page()
    {
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
            ids.Insert(0, (await UploadAsync(_host, "1\n")).Id);

        var listed = new List<string>();
        for (var after = (string?)""; after is not null;)
        {
            var page = await PageAsync(after);
            listed.AddRange(page.Data.Select(job => job.Id));
            after = page.Next;
        }

        Assert.Equal(ids, listed);
    }

    [Fact]
    public async Task An_expired_job_is_gone_not_unknown()
    {
        await using var worker = await FakeWorker.StartAsync(_host, Model);
        var job = await UploadAsync(_host, "1\n");
        await EndAsync(_host, job.Id);

        await _host.Get<RedisConnection>().Database.KeyDeleteAsync(Keys.Job(job.Id));

        await IsProblemAsync(await _host.Http.GetAsync($"/v1/jobs/{job.Id}"), HttpStatusCode.Gone, "gone");
        await IsProblemAsync(await _host.Http.GetAsync($"/v1/jobs/{job.Id}/results"), HttpStatusCode.Gone, "gone");
    }

    async Task<JobList> PageAsync(string after) => (await _host.Http.GetFromJsonAsync(
        $"/v1/jobs?limit=2&after={after}", WireJson.Default.JobList))!;

    static string Expected(int from, int count) => string.Concat(Enumerable.Range(from, count).Select(i =>
        $"{{\"index\":{i},\"outcome\":\"succeeded\",\"output\":{{\"text\":\"{i}\"}}}}\n"));
}
