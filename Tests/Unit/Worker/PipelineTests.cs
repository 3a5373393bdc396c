using System.Text;
using Microsoft.Extensions.Time.Testing;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Transport.Broker;

namespace SkillAi.Queue.Tests.Unit.Worker;

public sealed class PipelineTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_job_chunk_is_answered_in_order_with_its_indices(bool zip)
    {
        await using var pipeline = new PipelineHarness();

        var delivery = pipeline.Job(["""{"id":"x","text":"@"}""", "nonsense", "\"N\"", $"\"{new string('P', 60)}\""], zip: zip);

        Assert.Equal(Settlement.Ack, await pipeline.SettledAsync(delivery));
        var result = Assert.Single(pipeline.Chunks);
        Assert.Equal(("job", 7), (result.Job, result.Index));
        Assert.Equal((new OutcomeCounts(2, 2, 0, 0), 3), (result.Counts, result.Ran));
        Assert.Equal(
            [
                """{"index":1000,"id":"x","outcome":"succeeded","output":{"flagged":false,"categories":[],"scores":{"a":0.25}}}""",
                """{"index":1001,"outcome":"failed","error":{"code":"invalid_item","message":"The item is not valid JSON."}}""",
                """{"index":1002,"outcome":"failed","error":{"code":"model_nan","message":"The model's scores for this item are not numbers."}}""",
                """{"index":1003,"outcome":"succeeded","output":{"flagged":false,"categories":[],"scores":{"a":0.3125}}}""",
            ],
            PipelineHarness.Lines(result).Select(line => line.GetRawText()));
    }

    [Fact]
    public async Task A_request_is_answered_with_its_timings_and_its_run()
    {
        await using var pipeline = new PipelineHarness();

        var delivery = pipeline.Request("r1", """{"text":"@"}""");

        Assert.Equal(Settlement.Ack, await pipeline.SettledAsync(delivery));
        var result = Assert.Single(pipeline.Requests);
        var outcome = result.Outcome;
        Assert.Equal(("r1", RequestState.Succeeded, 1), (result.Id, outcome.State, outcome.Run?.Size));
        Assert.Equal("no_more", outcome.Run?.CloseReason);
        Assert.Equal(
            """[{"outcome":"succeeded","output":{"flagged":false,"categories":[],"scores":{"a":0.25}}}]""",
            Encoding.UTF8.GetString(outcome.Outputs.Utf8.Span));
        Assert.True(outcome.Timings!.TotalMs >= outcome.Timings.ModelMs + outcome.Timings.RunWaitMs);
    }

    [Fact]
    public async Task Requests_that_travel_together_are_answered_apart()
    {
        await using var pipeline = new PipelineHarness();
        var now = pipeline.Time.GetUtcNow();

        var delivery = pipeline.Source.Deliver(new()
        {
            Model = "m", Version = "1", Lane = Lane.Bulk, Items = 4, EnqueuedAt = now,
            Body = "\"A\"\n\"B\"\nwrong\n\"D\""u8.ToArray(),
            Segments = [new("r1", 2, now), new("r2", 1, now, now - TimeSpan.FromSeconds(1)), new("r3", 1, now, ReplyTo: "api", Ttl: TimeSpan.FromHours(2))],
        });

        await pipeline.SettledAsync(delivery);
        Assert.Equal(
            [("r1", RequestState.Succeeded), ("r2", RequestState.Failed), ("r3", RequestState.Succeeded)],
            pipeline.Requests.Select(result => (result.Id, result.Outcome.State)));
        Assert.Equal(
            ("api", TimeSpan.FromHours(2)), (pipeline.Requests.Last().ReplyTo, pipeline.Requests.Last().Ttl));
        Assert.Equal(Limits.DefaultTtl, pipeline.Requests.First().Ttl);
    }

    [Fact]
    public async Task A_store_that_is_away_costs_time_and_no_item()
    {
        await using var pipeline = new PipelineHarness();
        var failures = 2;
        pipeline.OnCommit = () => failures-- > 0
            ? Task.FromException(new InvalidOperationException("The store is away."))
            : Task.CompletedTask;

        Assert.Equal(Settlement.Ack, await pipeline.SettledAsync(pipeline.Job("\"A\"")));
        Assert.Equal(1, Assert.Single(pipeline.Chunks).Counts.Succeeded);
    }

    [Fact]
    public async Task Expired_work_is_answered_and_not_run()
    {
        await using var pipeline = new PipelineHarness();
        await pipeline.WarmAsync();
        var before = pipeline.Model.Runs;

        var late = pipeline.Time.GetUtcNow() - TimeSpan.FromMilliseconds(1);
        await pipeline.SettledAsync(pipeline.Job(["\"A\"", "\"B\""], deadline: late));
        await pipeline.SettledAsync(pipeline.Request("r", "\"A\"", deadline: late));

        Assert.Equal(new OutcomeCounts(0, 0, 0, 2), Assert.Single(pipeline.Chunks).Counts);
        Assert.Equal(RequestState.Expired, Assert.Single(pipeline.Requests).Outcome.State);
        Assert.Equal(before, pipeline.Model.Runs);
    }

    [Fact]
    public async Task Cancelled_work_is_not_run()
    {
        await using var pipeline = new PipelineHarness();
        await pipeline.WarmAsync();
        pipeline.Cancellations.Cancel("job");
        var before = pipeline.Model.Runs;

        Assert.Equal(Settlement.Ack, await pipeline.SettledAsync(pipeline.Job("\"A\"")));

        Assert.Equal(1, Assert.Single(pipeline.Chunks).Counts.Cancelled);
        Assert.Equal(before, pipeline.Model.Runs);
    }

    [Fact]
    public async Task What_the_broker_lends_to_another_is_neither_run_nor_settled()
    {
        await using var pipeline = new PipelineHarness();
        using var inRun = new ManualResetEventSlim();
        using var mayEnd = new ManualResetEventSlim();
        await pipeline.WarmAsync();
        pipeline.Model.OnRun = texts =>
        {
            inRun.Set();
            mayEnd.Wait();
            Assert.DoesNotContain("lost", texts);
        };
        var first = pipeline.Request("first", "\"A\"");
        inRun.Wait();
        var lost = pipeline.Request("second", "\"lost\"");
        lost.Lose();
        mayEnd.Set();
        var third = pipeline.Request("third", "\"B\"");

        await pipeline.SettledAsync(first);
        await pipeline.SettledAsync(third);
        Assert.False(lost.Settled.IsCompleted);
        Assert.Equal(["first", "third"], pipeline.Requests.Select(result => result.Id));
    }

    [Theory]
    [InlineData("\"A\"\n\"B\"", 1)]
    [InlineData("\"A\"\n\"B\"", 3)]
    public async Task A_chunk_that_is_not_what_its_header_says_fails_all_its_items(string body, int items)
    {
        await using var pipeline = new PipelineHarness();

        var delivery = pipeline.Source.Deliver(new()
        {
            Model = "m", Version = "1", Lane = Lane.Bulk, Items = items, Job = "j", EnqueuedAt = pipeline.Time.GetUtcNow(),
            Body = Encoding.UTF8.GetBytes(body),
        });

        Assert.Equal(Settlement.Ack, await pipeline.SettledAsync(delivery));
        Assert.Equal(new OutcomeCounts(0, items, 0, 0), Assert.Single(pipeline.Chunks).Counts);
    }

    [Fact]
    public async Task A_version_that_is_gone_fails_each_item_and_keeps_its_id()
    {
        await using var pipeline = new PipelineHarness();
        pipeline.Versions.Saw(new HashSet<string> { "1" }, asked: DateTimeOffset.MaxValue);

        await pipeline.SettledAsync(pipeline.Source.Deliver(new()
        {
            Model = "m", Version = "0", Lane = Lane.Bulk, Items = 1, Job = "j", EnqueuedAt = pipeline.Time.GetUtcNow(), Attempt = 4,
            Body = """{"id":5,"text":"A"}"""u8.ToArray(),
        }));

        var line = Assert.Single(PipelineHarness.Lines(Assert.Single(pipeline.Chunks)));
        Assert.Equal(5, line.GetProperty("id").GetInt32());
        Assert.Equal("model_version_gone", line.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task Stopping_finishes_what_has_begun_and_hands_back_the_rest()
    {
        await using var pipeline = new PipelineHarness(batching: new() { MaxRunItems = 2 });
        using var inRun = new ManualResetEventSlim();
        using var mayEnd = new ManualResetEventSlim();
        await pipeline.WarmAsync();
        pipeline.Model.OnRun = _ =>
        {
            inRun.Set();
            mayEnd.Wait();
        };
        var begun = pipeline.Job(["\"A\"", "\"B\"", "\"C\""], id: "begun");
        inRun.Wait();
        var waiting = pipeline.Job(["\"A\"", "\"B\""], id: "waiting");
        var stopping = pipeline.StopAsync();
        Assert.Equal(Settlement.Requeue, await pipeline.SettledAsync(waiting));
        mayEnd.Set();

        await stopping;
        Assert.Equal(Settlement.Ack, await pipeline.SettledAsync(begun));
        Assert.Equal(3, Assert.Single(pipeline.Chunks).Counts.Succeeded);
    }

    [Fact]
    public async Task A_lane_of_small_messages_is_subscribed_anew_with_more_of_them()
    {
        var time = new FakeTimeProvider();
        await using var pipeline = new PipelineHarness(time);
        await pipeline.WarmAsync();

        for (var i = 0; i < 200; i++)
        {
            var delivery = pipeline.Request($"r{i}", "\"A\"", lane: Lane.Bulk);
            while (!delivery.Settled.IsCompleted)
            {
                time.Advance(TimeSpan.FromMilliseconds(200));
                await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
            }
        }

        Assert.Equal(200, pipeline.Requests.Count);
        Assert.True(pipeline.Source.Prefetches.Max() > 32, string.Join(' ', pipeline.Source.Prefetches));
    }
}
