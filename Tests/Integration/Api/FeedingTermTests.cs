using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Producer.Feeding;
using SkillAi.Queue.Producer.Jobs;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Producer.Telemetry;
using SkillAi.Queue.Transport.Blobs;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Integration.Api;

public sealed class FeedingTermTests(SharedServers servers) : ApiTest(servers)
{
    [Fact]
    public async Task Chunks_that_came_while_others_waited_need_no_tick()
    {
        var address = await NewRedisAsync();
        await using var redis = new RedisConnection(address);
        Assert.NotNull(await new FeederLease(redis).TryHoldAsync("this test", TimeSpan.FromMinutes(5)));
        await using var host = await ApiHost.StartAsync(address);
        var (jobs, blobs) = (host.Get<JobStore>(), host.Get<IBlobStore>());
        var broker = new GatedPublisher();
        var options = new FeederOptions { PublishesInFlight = 1 };

        // A clock that stands still: nothing happens because time has passed.
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var open = new OpenJobs(jobs, host.Get<JobEnding>(), options, host.Get<FeedingMetrics>(), time, NullLogger.Instance);
        var term = new FeedingTerm(
            epoch: 1, jobs, open, new(broker, options), new(broker), new(blobs, broker), time, NullLogger.Instance);
        using var stop = new CancellationTokenSource();
        var feeding = term.RunAsync(refeed: false, stop.Token);
        await jobs.CreateAsync(new()
        {
            Id = "job", Model = Model, Version = "1", CreatedAt = time.GetUtcNow(), Ttl = TimeSpan.FromHours(1),
        });
        for (var chunk = 0; chunk < 6; chunk++)
            await blobs.PutAsync("job", UploadStore.BlobName(chunk), new byte[] { 1 }, stop.Token);

        await jobs.AppendAsync("job", at: 0, [128, 128, 128]);
        term.JobMoved("job");
        await Eventually.IsTrueAsync(() => broker.Published.Length == 1);
        await jobs.AppendAsync("job", at: 3, [128, 128, 128]);
        term.JobMoved("job");
        await Eventually.IsTrueAsync(() => open.Feeds.Single().Job.Chunks == 6);
        broker.Open();

        await Eventually.IsTrueAsync(() => broker.Published.Length == 6);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => feeding);
    }
}
