using System.Net;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Jobs;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Integration.Api;

public sealed class PauseTests(SharedServers servers) : ApiTest(servers)
{
    const int Window = 1024;
    ApiHost _host = null!;

    public override async ValueTask InitializeAsync() =>
        _host = await StartAsync(publisher: null, ("Feeder:WindowItems", $"{Window}"));

    public override async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task A_paused_job_finishes_what_is_on_its_way_and_goes_on_when_it_is_resumed()
    {
        var job = await UploadAsync(_host, Numbered(5000));
        await Eventually.IsTrueAsync(async () => await ReadyAsync() == Window / Limits.JobChunkItems);

        Assert.Equal(JobState.Paused, (await ChangeAsync(job.Id, "pause")).State);
        Assert.Equal(JobState.Paused, (await ChangeAsync(job.Id, "pause")).State);
        await using var worker = await FakeWorker.StartAsync(_host, Model);
        await Eventually.IsTrueAsync(async () => (await FindAsync(job.Id)).Counts.Succeeded == Window);

        // Another job passes: the lane is free, and the paused one does not use it.
        await EndAsync(_host, (await UploadAsync(_host, Numbered(1000))).Id);
        Assert.Equal(Window, (await FindAsync(job.Id)).Counts.Succeeded);
        Assert.Null((await FindAsync(job.Id)).EtaSeconds);

        Assert.Equal(JobState.Running, (await ChangeAsync(job.Id, "resume")).State);
        Assert.Equal(new JobCounts(5000, 5000, 0, 5000, 0, 0, 0), (await EndAsync(_host, job.Id)).Counts);
    }

    [Fact]
    public async Task A_paused_job_ends_as_expired_after_its_deadline()
    {
        var job = await UploadAsync(_host, Numbered(2000));
        await ChangeAsync(job.Id, "pause");
        var past = (TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(1)).ToUnixTimeMilliseconds();

        await _host.Get<RedisConnection>().Database.HashSetAsync(Keys.Job(job.Id), "deadline", past);

        var ended = await EndAsync(_host, job.Id);
        Assert.Equal((JobState.Expired, new JobCounts(2000, 2000, 0, 0, 0, 0, 2000)), (ended.State, ended.Counts));
        await Eventually.IsTrueAsync(async () => !(await _host.Get<JobStore>().ListOpenAsync()).Contains(job.Id));
    }

    [Theory]
    [InlineData("pause")]
    [InlineData("resume")]
    public async Task A_job_that_has_ended_is_over(string action)
    {
        var job = await UploadAsync(_host, "1\n");
        await ChangeAsync(job.Id, "cancel");

        var response = await _host.Http.PostAsync($"/v1/jobs/{job.Id}/{action}", content: null);

        await IsProblemAsync(response, HttpStatusCode.Conflict, "job-over");
        await IsProblemAsync(
            await _host.Http.PostAsync($"/v1/jobs/job_nobody/{action}", content: null), HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task A_job_has_the_priority_that_was_asked_for()
    {
        var high = await JobAsync(await _host.Http.PostAsync("/v1/jobs?model=m&priority=high", Lines("1\n")));
        var unnamed = await UploadAsync(_host, "1\n");

        Assert.Equal((JobPriority.High, JobPriority.Normal), (high.Priority, unnamed.Priority));
        await IsProblemAsync(
            await _host.Http.PostAsync("/v1/jobs?model=m&priority=urgent", Lines("1\n")), HttpStatusCode.BadRequest, "invalid-value");
    }

    async Task<JobResource> ChangeAsync(string job, string action) =>
        await JobAsync(await _host.Http.PostAsync($"/v1/jobs/{job}/{action}", content: null));

    async Task<long> ReadyAsync() => (await _host.Get<IChunkPublisher>()
        .FindDepthAsync(Model, Lane.Bulk, CancellationToken.None))!.Value.ReadyMessages;

    async Task<JobResource> FindAsync(string job) => await JobAsync(await _host.Http.GetAsync($"/v1/jobs/{job}"));
}
