using System.Collections.Concurrent;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using SkillAi.Queue.Contracts.Events;
using SkillAi.Queue.Contracts.Jobs;
using SkillAi.Queue.Producer.Feeding;
using SkillAi.Queue.Producer.Telemetry;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Tests.Unit.Producer;
using SkillAi.Queue.Transport.Blobs;
using SkillAi.Queue.Transport.Events;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Integration.Api;

public sealed class JobEndingTests(SharedServers servers) : ApiTest(servers)
{
    readonly ConcurrentQueue<JobFinished> _told = new();

    [Fact]
    public async Task Who_dies_before_the_job_has_left_the_list_has_its_end_told_twice_under_one_id()
    {
        var address = await NewRedisAsync();
        await using var host = await ApiHost.StartAsync(address, publisher: null, services => services.AddEvents(
            new ConfigurationBuilder().Build(), on => on.On<JobFinished>((_, told) => _told.Enqueue(told))));
        var redis = new RedisConnection(address);
        await redis.DisposeAsync();
        var job = Snapshots.Job("job_1", state: JobState.Succeeded) with { FinishedAt = Snapshots.Created };

        await Assert.ThrowsAnyAsync<Exception>(() => Ending(host, redis).EndAsync(job, notFed: 0, CancellationToken.None));
        await Eventually.IsTrueAsync(() => _told.Count == 1);

        await Ending(host, host.Get<RedisConnection>()).EndAsync(job, notFed: 0, CancellationToken.None);
        await Eventually.IsTrueAsync(() => _told.Count == 2);
        Assert.Single(_told.Select(told => told.EventId).Distinct());
    }

    static JobEnding Ending(ApiHost host, RedisConnection redis) => new(
        new(redis, TimeProvider.System), host.Get<IBlobStore>(), host.Get<EventBus>(), host.Get<FeedingMetrics>(),
        TimeProvider.System, NullLogger<JobEnding>.Instance);
}
