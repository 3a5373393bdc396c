using System.Net;
using System.Text;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Jobs;
using SkillAi.Queue.Producer.Jobs;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Blobs;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Integration.Api;

public sealed class UploadTests(SharedServers servers) : ApiTest(servers)
{
    ApiHost _host = null!;

    public override async ValueTask InitializeAsync() => _host = await StartAsync();

    public override async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await base.DisposeAsync();
    }

    [Theory]
    [InlineData(10)]
    [InlineData(1000)]
    public async Task A_client_that_disconnects_leaves_a_failed_job_and_no_spool(int items)
    {
        using (var client = await SlowUpload.BeginAsync(_host))
        {
            await client.SendAsync(Numbered(items));
            await Eventually.IsTrueAsync(async () => await FindOnlyJobAsync() is { State: JobState.Receiving } job
                && job.Counts.Received >= items / 128 * 128);
        }

        await Eventually.IsTrueAsync(async () => await FindOnlyJobAsync() is { State: JobState.Failed });
        var failed = await FindOnlyJobAsync();
        Assert.Equal("input incomplete", failed?.Error);
        Assert.Equal(failed?.Counts.Total, failed?.Counts.Cancelled);
        await Eventually.IsTrueAsync(async () =>
            await _host.Get<IBlobStore>().FindAsync(failed!.Id, "0", CancellationToken.None) is null);
    }

    [Fact]
    public async Task Work_begins_before_the_body_has_ended()
    {
        await using var worker = await FakeWorker.StartAsync(_host, Model);
        using var client = await SlowUpload.BeginAsync(_host);

        await client.SendAsync(Numbered(200));

        await Eventually.IsTrueAsync(async () => await FindOnlyJobAsync() is { Counts.Succeeded: 128, Counts.Total: null });
    }

    [Fact]
    public async Task A_job_can_be_cancelled_while_its_body_arrives()
    {
        using var client = await SlowUpload.BeginAsync(_host);
        await client.SendAsync(Numbered(200));
        await Eventually.IsTrueAsync(async () => await FindOnlyJobAsync() is { Counts.Received: 128 });
        var job = await FindOnlyJobAsync();

        await _host.Http.PostAsync($"/v1/jobs/{job!.Id}/cancel", content: null);
        await client.SendAsync(Numbered(5000));

        Assert.Contains("409", await client.EndAsync());
        Assert.Equal(JobState.Cancelled, (await FindOnlyJobAsync())?.State);
    }

    [Fact]
    public async Task Gzip_that_is_broken_or_ends_early_fails_the_job()
    {
        var packed = Gzip.Compress(Encoding.UTF8.GetBytes(string.Concat(
            Enumerable.Range(0, 5000).Select(i => $"{{\"text\":\"{Guid.NewGuid()} {i}\"}}\n"))));
        var content = Lines(packed[..^100]);
        content.Headers.ContentEncoding.Add("gzip");

        var response = await _host.Http.PostAsync("/v1/jobs?model=m", content);

        await IsProblemAsync(response, HttpStatusCode.BadRequest, "malformed");
        Assert.Equal((JobState.Failed, "input is not valid gzip"), await FindOnlyJobAsync() is { } job ? (job.State, job.Error) : default);
    }

    [Fact]
    public async Task A_line_that_is_too_large_fails_alone()
    {
        await using var worker = await FakeWorker.StartAsync(_host, Model);
        var large = $"{{\"text\":\"{new string('x', Limits.MaxItemBytes)}\"}}";

        var job = await UploadAsync(_host, $"1\n{large}\n3\n");
        await EndAsync(_host, job.Id);

        Assert.Equal($"1\n{{\"$oversized\":{large.Length}}}\n3", Encoding.UTF8.GetString(Gzip.Decompress(worker.Received.Single().Body.ToArray())));
    }

    [Fact]
    public async Task An_upload_whose_instance_died_fails_after_a_while()
    {
        var past = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(1));
        var store = new JobStore(_host.Get<RedisConnection>(), past);
        await store.CreateAsync(new()
        {
            Id = "job_dead",
            Model = Model,
            Version = "1",
            CreatedAt = past.GetUtcNow(),
            Ttl = Limits.DefaultTtl,
        });

        await Eventually.IsTrueAsync(async () => await FindOnlyJobAsync() is { State: JobState.Failed });

        Assert.Equal("input incomplete", (await FindOnlyJobAsync())?.Error);
    }

    async Task<JobResource?> FindOnlyJobAsync()
    {
        var jobs = await _host.Get<JobStore>().ListAsync(Tenants.Default, after: null, limit: 2);
        return jobs.Count == 1 ? JobView.Create(jobs[0]) : null;
    }
}
