using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SkillAi.Queue.Producer.Feeding;
using SkillAi.Queue.Producer.Jobs;
using SkillAi.Queue.Producer.Telemetry;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Blobs;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Integration.Api;

public sealed class FeedingTermTests(SharedServers servers) : ApiTest(servers)
{
    /// <summary>Stands still: nothing happens because time has passed, unless a test lets it pass.</summary>
    readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    readonly GatedPublisher _broker = new() { Depth = new(ReadyMessages: 0, Consumers: 1) };

    [Fact]
    public async Task Chunks_that_came_while_others_waited_need_no_tick()
    {
        await using var host = await HostAsync();
        var jobs = host.Get<JobStore>();
        await using var feeding = Start(host, new() { PublishesInFlight = 1 });
        await SpoolAsync(host, "job", chunks: 6);

        await jobs.AppendAsync("job", at: 0, [128, 128, 128]);
        feeding.Term.JobMoved("job");
        await Eventually.IsTrueAsync(() => _broker.Published.Length == 1);
        await jobs.AppendAsync("job", at: 3, [128, 128, 128]);
        feeding.Term.JobMoved("job");
        await Eventually.IsTrueAsync(() => feeding.Open.Feeds.Single().Job.Chunks == 6);
        _broker.Open();

        await Eventually.IsTrueAsync(() => _broker.Published.Length == 6);
    }

    /// <summary>A job is announced ten times a second at most: what is answered in between, nobody may be told of.</summary>
    [Fact]
    public async Task A_window_is_filled_up_though_nobody_announced_the_answers()
    {
        _broker.Open();
        await using var host = await HostAsync();
        var jobs = host.Get<JobStore>();
        await using var feeding = Start(host, new() { WindowItems = 256 });
        await SpoolAsync(host, "job", chunks: 3);
        await jobs.AppendAsync("job", at: 0, [128, 128, 128]);
        feeding.Term.JobMoved("job");
        await Eventually.IsTrueAsync(() => _broker.Published.Length == 2);

        await jobs.CommitAsync([new("job", 0, Gzip.Compress("{}\n"u8), new(128, 0, 0, 0), RunItems: 128)]);

        // Less than half of a tick in all.
        var left = TimeSpan.FromMilliseconds(450);
        await Eventually.IsTrueAsync(() =>
        {
            var step = left > TimeSpan.FromMilliseconds(15) ? TimeSpan.FromMilliseconds(15) : TimeSpan.Zero;
            left -= step;
            _time.Advance(step);
            return _broker.Published.Length == 3;
        });
    }

    [Fact]
    public async Task A_broker_that_is_slow_to_say_what_stands_before_a_suspect_holds_no_other_job_up()
    {
        _broker.Open();
        var answer = new TaskCompletionSource();
        _broker.AsideSlowness = answer.Task;
        await using var host = await HostAsync();
        await using var feeding = Start(host, new());
        await FeedAsync(host, feeding, "lost");
        await Eventually.IsTrueAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return _broker.AsideAsked == 1;
        });

        await FeedAsync(host, feeding, "other");

        // Once it has said so, the suspect is found out.
        answer.SetResult();
        await Eventually.IsTrueAsync(() =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return _broker.Published.Count(chunk => chunk.Job == "lost") == 2;
        });
    }

    [Fact]
    public async Task What_a_cancelled_job_leaves_pending_does_not_count_as_answered_by_the_lane()
    {
        _broker.Open();
        await using var host = await HostAsync();
        await using var feeding = Start(host, new());
        await FeedAsync(host, feeding, "answered");
        await FeedAsync(host, feeding, "cancelled");

        await host.Get<JobStore>().CancelAsync("cancelled");
        await host.Get<JobStore>().CommitAsync(
            [new("answered", 0, Gzip.Compress("{}\n"u8), new(128, 0, 0, 0), RunItems: 128)]);
        feeding.Term.JobMoved("cancelled");
        feeding.Term.JobMoved("answered");
        await Eventually.IsTrueAsync(() => !feeding.Open.Feeds.Any());

        Assert.Equal(128, feeding.Open.Lanes.Single().Answered);
    }

    /// <summary>A host that never feeds itself: the lease is somebody else's.</summary>
    async Task<ApiHost> HostAsync()
    {
        var address = await NewRedisAsync();
        await using var redis = new RedisConnection(address);
        Assert.NotNull(await new FeederLease(redis).TryHoldAsync("this test", TimeSpan.FromMinutes(5)));
        return await ApiHost.StartAsync(address);
    }

    Feeding Start(ApiHost host, FeederOptions options)
    {
        var jobs = host.Get<JobStore>();
        var open = new OpenJobs(
            jobs, host.Get<JobEnding>(), options, host.Get<FeedingMetrics>(), _time, NullLogger.Instance);
        var term = new FeedingTerm(
            epoch: 1, jobs, open, new(options), new(_broker, _time), new(host.Get<IBlobStore>(), _broker), _time,
            NullLogger.Instance);
        return new(term, open);
    }

    async Task SpoolAsync(ApiHost host, string job, int chunks)
    {
        await host.Get<JobStore>().CreateAsync(new()
        {
            Id = job, Model = Model, Version = "1", CreatedAt = _time.GetUtcNow(), Ttl = TimeSpan.FromHours(1),
        });
        for (var chunk = 0; chunk < chunks; chunk++)
        {
            await host.Get<IBlobStore>().PutAsync(
                job, UploadStore.BlobName(chunk), new byte[] { 1 }, TestContext.Current.CancellationToken);
        }
    }

    async Task FeedAsync(ApiHost host, Feeding feeding, string job)
    {
        await SpoolAsync(host, job, chunks: 1);
        await host.Get<JobStore>().AppendAsync(job, at: 0, [128]);
        await host.Get<JobStore>().CompleteUploadAsync(job);
        feeding.Term.JobMoved(job);
        await Eventually.IsTrueAsync(() => _broker.Published.Any(chunk => chunk.Job == job));
    }

    sealed class Feeding : IAsyncDisposable
    {
        readonly CancellationTokenSource _stop = new();
        readonly Task _running;

        public Feeding(FeedingTerm term, OpenJobs open)
        {
            (Term, Open) = (term, open);
            _running = term.RunAsync(refeed: false, _stop.Token);
        }

        public FeedingTerm Term { get; }

        public OpenJobs Open { get; }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _running);
            _stop.Dispose();
        }
    }
}
