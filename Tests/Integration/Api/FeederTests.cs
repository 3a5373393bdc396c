using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Jobs;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Integration.Api;

public sealed class FeederTests(SharedServers servers) : ApiTest(servers)
{
    const int Window = 1024;
    static readonly (string, string) SmallWindow = ("Feeder:WindowItems", $"{Window}");

    [Fact]
    public async Task The_queue_never_holds_more_than_the_window()
    {
        await using var host = await StartAsync(publisher: null, SmallWindow);
        var job = await UploadAsync(host, Numbered(10_000));
        await Eventually.IsTrueAsync(async () => await ReadyAsync(host) == Window / Limits.JobChunkItems);
        await using var worker = await FakeWorker.StartAsync(host, Model);

        var ended = EndAsync(host, job.Id);
        while (!ended.IsCompleted)
        {
            Assert.InRange(await ReadyAsync(host), 0, Window / Limits.JobChunkItems);
            await Task.Yield();
        }

        Assert.Equal(10_000, (await ended).Counts.Succeeded);
    }

    [Fact]
    public async Task A_small_job_behind_a_large_one_ends_first()
    {
        await using var host = await StartAsync(publisher: null, SmallWindow);
        await using var worker = await FakeWorker.StartAsync(host, Model, permits: 0);
        var large = await UploadAsync(host, Numbered(50_000));
        await Eventually.IsTrueAsync(() => worker.Received.Length > 0);
        var small = await UploadAsync(host, Numbered(1000));

        // Half of the chunks there are: enough for the small job in its turn, and never for the large one.
        worker.Permit(200);
        await EndAsync(host, small.Id);

        var behind = await JobAsync(await host.Http.GetAsync($"/v1/jobs/{large.Id}"));
        Assert.Equal(JobState.Running, behind.State);
        worker.Permit(1_000_000);
        Assert.Equal(50_000, (await EndAsync(host, large.Id)).Counts.Succeeded);
    }

    [Fact]
    public async Task Another_instance_feeds_on_when_the_holder_of_the_lease_has_died()
    {
        var lease = TimeSpan.FromSeconds(2);
        await using var host = await StartAsync(publisher: null, ("Feeder:Lease", $"{lease}"));
        await Eventually.IsTrueAsync(() => HoldsAsync(host));
        await host.DisposeAsync();
        var redis = await NewRedisAsync();
        await using (var connection = new RedisConnection(redis))
            await new FeederLease(connection).TryHoldAsync("dead", lease);

        await using var next = await ApiHost.StartAsync(redis, settings: ("Feeder:Lease", $"{lease}"));
        await using var worker = await FakeWorker.StartAsync(next, Model);
        var started = TimeProvider.System.GetTimestamp();
        var job = await UploadAsync(next, Numbered(500));
        var ended = await EndAsync(next, job.Id);

        Assert.Equal(500, ended.Counts.Succeeded);
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, 2 * lease);
    }

    [Fact]
    public async Task An_instance_that_stops_hands_the_lease_over_at_once()
    {
        await using var host = await StartAsync();
        await Eventually.IsTrueAsync(() => HoldsAsync(host));
        var lease = host.Get<FeederLease>();

        await host.StopAsync();

        Assert.NotNull(await lease.TryHoldAsync("next", TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public async Task After_a_start_that_lost_the_broker_unfinished_work_is_fed_again_and_finished_work_is_not()
    {
        var redis = await NewRedisAsync();
        string job;
        string request;
        await using (var before = await ApiHost.StartAsync(redis, settings: SmallWindow))
        {
            await using var worker = await FakeWorker.StartAsync(before, Model, permits: 3);
            job = (await UploadAsync(before, Numbered(5000))).Id;
            await Eventually.IsTrueAsync(async () =>
                (await JobAsync(await before.Http.GetAsync($"/v1/jobs/{job}"))).Counts.Succeeded == 3 * 128);
            request = (await RequestAsync(await before.Http.PostAsync(
                "/v1/requests", Json("""{"model":"m","lane":"bulk","input":"a"}""")))).Id;
        }

        await using var after = await ApiHost.StartAsync(
            redis, publisher: null, services: null, SmallWindow, ("Feeder:RefeedAtStart", "true"));
        await using var next = await FakeWorker.StartAsync(after, Model);
        var ended = await EndAsync(after, job);
        var answered = await RequestAsync(await after.Http.GetAsync($"/v1/requests/{request}?wait=60"));

        Assert.Equal(new JobCounts(5000, 5000, 0, 5000, 0, 0, 0), ended.Counts);
        Assert.True(Contracts.Requests.RequestStates.IsTerminal(answered.State));
        Assert.Equal(5000 - 3 * 128 + 1, next.Received.Sum(chunk => chunk.Items));
    }

    [Fact]
    public async Task A_broker_that_refuses_is_asked_again()
    {
        var broker = new GatedPublisher { Failure = new BrokerRefusedException("full") };
        broker.Open();
        await using var host = await StartAsync(broker);
        var job = await UploadAsync(host, Numbered(300));

        broker.Failure = null;

        await Eventually.IsTrueAsync(() => broker.Published.Length == 3);
        Assert.All(broker.Published, chunk => Assert.Equal(job.Id, chunk.Job));
        Assert.Equal([0, 1, 2], broker.Published.Select(chunk => chunk.Index).Order());
        Assert.Equal([0L, 128, 256], broker.Published.Select(chunk => chunk.First).Order());
        await Eventually.IsTrueAsync(async () =>
            (await host.Get<JobStore>().FindAsync(job.Id)).Found is { FedChunks: 3 });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_cancelled_job_still_had_in_the_spool_is_counted(bool isAnotherInstance)
    {
        var redis = await NewRedisAsync();
        var host = await ApiHost.StartAsync(redis, settings: SmallWindow);
        await host.DeclareAsync(Model);
        var job = await UploadAsync(host, Numbered(5000));
        await Eventually.IsTrueAsync(async () =>
            (await host.Get<JobStore>().FindAsync(job.Id)).Found is { FedChunks: Window / Limits.JobChunkItems });

        if (isAnotherInstance)
        {
            await host.DisposeAsync();
            await using (var connection = new RedisConnection(redis))
                await new JobStore(connection, TimeProvider.System).CancelAsync(job.Id);
            host = await ApiHost.StartAsync(redis, settings: SmallWindow);
        }
        else
        {
            await host.Get<JobStore>().CancelAsync(job.Id);
        }

        await using var last = host;
        var sample = $"{MetricNames.ItemsNotFed}{{model=\"{Model}\",outcome=\"cancelled\"}} {5000 - Window}\n";
        await Eventually.IsTrueAsync(async () => (await host.Http.GetStringAsync("/metrics")).Contains(sample, StringComparison.Ordinal));
    }

    static async Task<long> ReadyAsync(ApiHost host) =>
        (await host.Get<IChunkPublisher>().FindDepthAsync(Model, Lane.Bulk, CancellationToken.None))!.Value.ReadyMessages;

    static async Task<bool> HoldsAsync(ApiHost host) => await host.Get<RedisConnection>().Database.KeyExistsAsync(Keys.FeederLease);
}
