using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Producer.Jobs;
using SkillAi.Queue.Tests.Contract.Store;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Blobs;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Integration.Api;

/// <summary>A broker that confirmed and then forgot, and a store that forgot outcomes which the broker will not bring
/// again.</summary>
public sealed class RefeedTests(SharedServers servers) : ApiTest(servers)
{
    static readonly (string, string) Soon = ("Feeder:RefeedAfter", "00:00:01");

    readonly GatedPublisher _broker = new() { Depth = new(ReadyMessages: 0, Consumers: 1) };

    [Fact]
    public async Task Chunks_that_the_broker_lost_are_fed_again_and_those_that_are_answered_are_not()
    {
        _broker.Open();
        await using var host = await StartAsync(_broker, Soon);
        var job = await UploadAsync(host, Numbered(300));
        await Eventually.IsTrueAsync(() => _broker.Published.Length == 3);
        await CommitAsync(host, job.Id, chunk: 1, items: 128);

        await Eventually.IsTrueAsync(() => _broker.Published.Length == 5);
        Assert.Equal([0, 2], _broker.Published[3..].Select(chunk => chunk.Index));
        Assert.Equal([0L, 256], _broker.Published[3..].Select(chunk => chunk.First));
        Assert.Contains($"{MetricNames.ItemsFedAgain}{{kind=\"job\"}} 172\n", await host.Http.GetStringAsync("/metrics"));

        await CommitAsync(host, job.Id, chunk: 0, items: 128);
        await CommitAsync(host, job.Id, chunk: 2, items: 44);
        Assert.Equal(300, (await EndAsync(host, job.Id)).Counts.Succeeded);
    }

    [Fact]
    public async Task Outcomes_that_the_store_lost_are_made_again()
    {
        _broker.Open();
        await using var host = await StartAsync(_broker, Soon);
        var job = await UploadAsync(host, Numbered(300));
        await Eventually.IsTrueAsync(() => _broker.Published.Length == 3);
        var redis = host.Get<RedisConnection>().Database;
        var before = await redis.HashGetAllAsync(Contracts.Keys.Job(job.Id));
        await CommitAsync(host, job.Id, chunk: 0, items: 128);
        await CommitAsync(host, job.Id, chunk: 1, items: 128);

        // What a Redis does that had not synced its log.
        await redis.KeyDeleteAsync([Contracts.Keys.Job(job.Id), Contracts.Keys.JobResults(job.Id)]);
        await redis.HashSetAsync(Contracts.Keys.Job(job.Id), before);

        await Eventually.IsTrueAsync(() => _broker.Published.Length >= 6);
        Assert.Equal([0, 1, 2], _broker.Published[3..6].Select(chunk => chunk.Index));
    }

    [Fact]
    public async Task A_queue_that_holds_chunks_is_waited_for()
    {
        _broker.Open();
        _broker.Depth = new(ReadyMessages: 3, Consumers: 0);
        await using var host = await StartAsync(_broker, Soon);
        await UploadAsync(host, Numbered(300));
        await Eventually.IsTrueAsync(() => _broker.Published.Length == 3);

        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.Equal(3, _broker.Published.Length);
    }

    [Theory]
    [InlineData("/v1/jobs?model=m", "application/x-ndjson", "1")]
    [InlineData("/v1/requests", "application/json", """{"model":"m","lane":"bulk","input":"a"}""")]
    public async Task What_may_stand_on_the_retry_ladder_is_waited_for(string path, string type, string body)
    {
        _broker.Open();
        _broker.AnyAside = true;
        await using var host = await StartAsync(_broker, Soon);
        using var content = new StringContent(body, System.Text.Encoding.UTF8, type);
        (await host.Http.PostAsync(path, content)).EnsureSuccessStatusCode();
        await Eventually.IsTrueAsync(() => _broker.Published.Length == 1);

        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Single(_broker.Published);

        _broker.AnyAside = false;
        await Eventually.IsTrueAsync(() => _broker.Published.Length == 2);
    }

    [Fact]
    public async Task A_job_that_the_feeder_saw_on_the_list_before_it_was_stored_is_fed()
    {
        _broker.Open();
        await using var host = await StartAsync(_broker, Soon);
        var job = new JobRecord
        {
            Id = "job_1",
            Model = Model,
            Version = "1",
            CreatedAt = TimeProvider.System.GetUtcNow(),
            Ttl = TimeSpan.FromHours(1),
        };
        await host.Get<RedisConnection>().Database.SortedSetAddAsync(Contracts.Keys.OpenJobs, job.Id, 0);
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, TestContext.Current.CancellationToken);

        await JobScripts.CreateAsync(host.Get<RedisConnection>().Database, job, job.CreatedAt);
        await host.Get<IBlobStore>().PutAsync(
            job.Id, UploadStore.BlobName(0), Gzip.Compress("1"u8), TestContext.Current.CancellationToken);
        await host.Get<JobStore>().AppendAsync(job.Id, at: 0, [1]);

        // Nobody answers: a moment later it is fed again.
        await Eventually.IsTrueAsync(() => _broker.Published.Length > 0);
    }

    [Fact]
    public async Task A_request_that_the_broker_lost_is_published_again()
    {
        _broker.Open();
        await using var host = await StartAsync(_broker, Soon);

        var request = await RequestAsync(await host.Http.PostAsync(
            "/v1/requests", Json("""{"model":"m","lane":"bulk","input":"a"}""")));

        await Eventually.IsTrueAsync(() => _broker.Published.Length == 2);
        var again = Assert.Single(_broker.Published[1].Segments);
        Assert.Equal(request.Id, again.Request);
        Assert.Contains($"{MetricNames.ItemsFedAgain}{{kind=\"request\"}} 1\n", await host.Http.GetStringAsync("/metrics"));
    }

    [Fact]
    public async Task A_full_lane_holds_no_other_up_and_its_own_requests_wait_no_longer_than_it_is_full()
    {
        _broker.Open();
        _broker.IsFull = chunk => chunk.Lane == Lane.Bulk;
        await using var host = await StartAsync(_broker, Soon);
        var first = await LostAsync(host, Lane.Bulk, shard: 0);
        var second = await LostAsync(host, Lane.Priority, shard: 1);

        await Eventually.IsTrueAsync(() => Requests().Contains(second));
        Assert.DoesNotContain(first, Requests());

        _broker.IsFull = _ => false;
        await Eventually.IsTrueAsync(() => Requests().Contains(first));
    }

    [Fact]
    public async Task After_a_start_that_lost_the_broker_a_full_lane_holds_neither_jobs_nor_others_up()
    {
        var redis = await NewRedisAsync();
        string first, second;
        await using (var before = await ApiHost.StartAsync(redis))
        {
            await before.DeclareAsync(Model);
            first = await LostAsync(before, Lane.Bulk, shard: 0);
            second = await LostAsync(before, Lane.Priority, shard: 1);
        }

        // What waits cannot be told: nothing is published for having stood still.
        _broker.Open();
        _broker.Depth = null;
        _broker.IsFull = chunk => chunk.Job is null && chunk.Lane == Lane.Bulk;
        await using var host = await ApiHost.StartAsync(
            redis, _broker, services: null, Soon, ("Feeder:RefeedAtStart", "true"));
        var job = await UploadAsync(host, Numbered(1));
        await Eventually.IsTrueAsync(() => Requests().Contains(second) && _broker.Published.Any(chunk => chunk.Job == job.Id));

        _broker.IsFull = _ => false;
        await Eventually.IsTrueAsync(() => Requests().Contains(first));
        Assert.Single(Requests(), second);
    }

    [Fact]
    public async Task A_look_for_lost_requests_that_fails_is_not_the_last_one()
    {
        _broker.Open();
        _broker.Mistake = new InvalidOperationException("unexpected");
        await using var host = await StartAsync(_broker, Soon);
        var request = await LostAsync(host, Lane.Priority, shard: 0);
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, TestContext.Current.CancellationToken);

        _broker.Mistake = null;

        await Eventually.IsTrueAsync(() => Requests().Contains(request));
    }

    [Fact]
    public async Task A_request_that_the_broker_lost_is_published_again_although_a_job_keeps_the_queue_full()
    {
        _broker.Open();
        _broker.Depth = new(ReadyMessages: 3, Consumers: 1);
        await using var host = await StartAsync(_broker, Soon, ("Feeder:WindowItems", "256"));
        var request = await RequestAsync(await host.Http.PostAsync(
            "/v1/requests", Json("""{"model":"m","lane":"bulk","input":"a"}""")));
        var job = await UploadAsync(host, Numbered(128 * 1000));

        for (var chunk = 0; !IsPublishedAgain(); chunk++)
        {
            await Eventually.IsTrueAsync(() => IsPublishedAgain() || _broker.Published.Any(one => one.Job == job.Id && one.Index == chunk));
            await CommitAsync(host, job.Id, chunk, items: 128);
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        bool IsPublishedAgain() =>
            _broker.Published.Count(one => one.Segments.Any(segment => segment.Request == request.Id)) == 2;
    }

    [Fact]
    public async Task A_request_that_the_broker_lost_is_published_again_although_other_requests_keep_the_queue_full()
    {
        _broker.Open();
        _broker.Depth = new(ReadyMessages: 3, Consumers: 1);
        await using var host = await StartAsync(_broker, Soon);
        var lost = await LostAsync(host, Lane.Priority, shard: 0);
        var (store, now) = (host.Get<RequestStore>(), TimeProvider.System.GetUtcNow());

        for (var shard = 1; !Requests().Contains(lost); shard = (shard + 1) % RequestId.Shards)
        {
            var other = Samples.Request(now, shard) with { Model = Model };
            Assert.InRange(TimeProvider.System.GetUtcNow() - now, TimeSpan.Zero, TimeSpan.FromMinutes(1));
            await store.CreateAsync([other]);
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
            await store.CommitAsync([Samples.Result(other, "[1]")]);
        }
    }

    /// <summary>A request that was accepted and is not in the broker.</summary>
    static async Task<string> LostAsync(ApiHost host, Lane lane, int shard)
    {
        var now = TimeProvider.System.GetUtcNow();
        var record = Samples.Request(now, shard) with { Model = Model, Lane = lane, Input = "1"u8.ToArray() };
        await host.Get<RequestStore>().CreateAsync([record]);
        return record.Id;
    }

    string[] Requests() => [.. _broker.Published.SelectMany(chunk => chunk.Segments).Select(segment => segment.Request)];

    static Task<CommitOutcome[]> CommitAsync(ApiHost host, string job, int chunk, int items) => host.Get<JobStore>().CommitAsync(
        [new(job, chunk, Gzip.Compress("{}\n"u8), new(items, 0, 0, 0), RunItems: items)]);
}
