using System.Text;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Integration.Api;

/// <summary>Replays that were accepted and are not in the broker.</summary>
public sealed class ReplayRefeedTests(SharedServers servers) : ApiTest(servers)
{
    static readonly (string, string) Soon = ("Feeder:RefeedAfter", "00:00:01");

    readonly GatedPublisher _broker = new() { Depth = new(ReadyMessages: 0, Consumers: 1) };

    [Fact]
    public async Task After_a_start_that_lost_the_broker_all_of_them_are_published_again()
    {
        var redis = await NewRedisAsync();
        DeadLetter ofJob = Letter(0) with { Request = null, Job = "job_1", Chunk = 7, Index = 900, Lane = Lane.Bulk }, ofRequest = Letter(1);
        await using (var before = await ApiHost.StartAsync(redis))
        {
            await LoseAsync(before, ofJob, ofRequest);
            await before.Get<DeadLetterStore>().WriteAsync([Letter(2)]);
        }

        // What waits cannot be told: nothing is published for having stood still.
        (_broker.Depth, _broker.AnyAside) = (null, true);
        _broker.Open();
        await using var host = await ApiHost.StartAsync(
            redis, _broker, services: null, Soon, ("Feeder:RefeedAtStart", "true"));
        await Eventually.IsTrueAsync(() => _broker.Published.Length == 2);
        await LoseAsync(host, Letter(3));
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.Equal(2, _broker.Published.Length);
        var item = _broker.Published.Single(chunk => chunk.Replay == ofJob.Id);
        Assert.Equal(("m", "1", Lane.Bulk, 1, "job_1", 7, 900), (item.Model, item.Version, item.Lane, item.Items, item.Job, item.Index, item.First));
        Assert.Equal("\"text 0\"", Encoding.UTF8.GetString(item.Body.Span));
        item = _broker.Published.Single(chunk => chunk.Replay == ofRequest.Id);
        Assert.Equal((null, 3, "req_1"), (item.Job, item.First, Assert.Single(item.Segments).Request));
    }

    [Fact]
    public async Task One_that_the_broker_lost_is_published_again_until_it_ends()
    {
        _broker.Open();
        await using var host = await StartAsync(_broker, Soon);
        await LoseAsync(host, Letter(0));

        await Eventually.IsTrueAsync(() => _broker.Published.Length == 1);
        Assert.Contains($"{MetricNames.ItemsFedAgain}{{kind=\"replay\"}} 1\n", await host.Http.GetStringAsync("/metrics"));

        // It has failed again.
        await host.Get<DeadLetterStore>().WriteAsync([Letter(0)]);
        await Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.Single(_broker.Published);
    }

    [Fact]
    public async Task A_queue_that_holds_chunks_is_waited_for()
    {
        _broker.Open();
        _broker.Depth = new(ReadyMessages: 3, Consumers: 1);
        await using var host = await StartAsync(_broker, Soon);
        await LoseAsync(host, Letter(0));

        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, TestContext.Current.CancellationToken);

        Assert.Empty(_broker.Published);
    }

    static async Task LoseAsync(ApiHost host, params DeadLetter[] letters)
    {
        var store = host.Get<DeadLetterStore>();
        await store.WriteAsync(letters);
        foreach (var letter in letters)
            Assert.Equal(ClaimOutcome.Claimed, await store.ClaimAsync(letter.Id));
    }

    static DeadLetter Letter(int number) => new()
    {
        Id = $"dead_req_1_{number}", Reason = "model_error", Message = "No.", Model = "m", Version = "1", Lane = Lane.Priority,
        Tenant = "t", Request = "req_1", Index = 3, Items = 1, Attempts = 1, Sha256 = "00", Bytes = 8,
        Payload = Encoding.UTF8.GetBytes($"\"text {number}\""), FailedAt = TimeProvider.System.GetUtcNow(),
    };
}
