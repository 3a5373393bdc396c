using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Worker.Batching;
using SkillAi.Queue.Worker.Pipeline;

namespace SkillAi.Queue.Tests.Unit.Worker;

/// <summary>When failed items run again, in company of fresh ones.</summary>
public sealed class RetryShelfTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Theory]
    [InlineData(null, true)]
    [InlineData(20_000, true)]
    [InlineData(5_000, false)]
    public void A_priority_group_stands_among_fresh_items_by_deadline(int? urgent, bool isItsTurn)
    {
        var shelf = Shelf(Group(Lane.Priority, due: 0, deadline: 10_000));

        Assert.Equal(isItsTurn, shelf.TryTake(Ms(1), Ms(urgent), Ms(1_000)) is not null);
        Assert.Equal(isItsTurn ? 0 : 1, shelf.Items);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void A_late_one_goes_to_be_expired_or_steps_back_behind_those_in_time(bool isHard, bool isItsTurn)
    {
        var shelf = Shelf(Group(Lane.Priority, due: 0, deadline: 100, isHard));

        Assert.Equal(isItsTurn, shelf.TryTake(Ms(200), Ms(300), Ms(1_000)) is not null);
    }

    [Fact]
    public void Bulk_lets_priority_pass_for_its_patience_and_then_goes_one_group_at_a_time()
    {
        var shelf = Shelf(Group(Lane.Bulk, due: 5_000), Group(Lane.Bulk, due: 5_000));

        Assert.Null(shelf.TryTake(Ms(5_999), Ms(6_050), Ms(1_000)));
        Assert.NotNull(shelf.TryTake(Ms(6_000), Ms(6_050), Ms(1_000)));
        Assert.Null(shelf.TryTake(Ms(6_999), Ms(7_050), Ms(1_000)));
        Assert.NotNull(shelf.TryTake(Ms(7_000), Ms(7_050), Ms(1_000)));
    }

    [Fact]
    public void Where_nothing_fresh_is_urgent_priority_goes_first_and_bulk_need_not_wait()
    {
        var shelf = Shelf(Group(Lane.Bulk, due: 1), Group(Lane.Priority, due: 2, deadline: 100), Group(Lane.Bulk, due: 9));

        Assert.Equal(Lane.Priority, shelf.TryTake(Ms(5), urgent: null, Ms(1_000))?.Lane);
        Assert.Equal(Lane.Bulk, shelf.TryTake(Ms(5), urgent: null, Ms(1_000))?.Lane);
        Assert.Null(shelf.TryTake(Ms(5), urgent: null, Ms(1_000)));
    }

    [Fact]
    public void Other_models_hear_when_it_must_start()
    {
        Assert.Null(Shelf(Group(Lane.Priority, due: 9, deadline: 100)).LatestStart(Ms(5), Ms(1_000)));
        Assert.Null(Shelf(Group(Lane.Bulk, due: 0)).LatestStart(Ms(999), Ms(1_000)));
        Assert.Equal(Ms(0), Shelf(Group(Lane.Bulk, due: 0)).LatestStart(Ms(1_000), Ms(1_000)));
        Assert.Equal(
            Ms(95), Shelf(Group(Lane.Bulk, due: 0), Group(Lane.Priority, due: 1, deadline: 100)).LatestStart(Ms(5), Ms(1_000)));
    }

    [Fact]
    public async Task A_failed_request_runs_again_at_once_though_others_always_wait()
    {
        await using var pipeline = new PipelineHarness();
        await pipeline.WarmAsync();
        var deadline = pipeline.Time.GetUtcNow() + TimeSpan.FromMinutes(1);
        var runs = new List<string>();
        pipeline.Model.OnRun = texts =>
        {
            runs.Add(texts[0]);
            if (runs.Count < 20 && runs.Count(text => text == "again") < 2)
                AwaitFresh(pipeline, $"r{runs.Count}", deadline + TimeSpan.FromSeconds(runs.Count));
            if (runs.Count == 1)
                throw new InvalidOperationException("A driver hiccup.");
        };

        await pipeline.SettledAsync(pipeline.Request("first", "\"again\"", deadline));

        Assert.Equal(["again", "again"], runs.Take(2));
    }

    [Fact]
    public async Task Failed_bulk_runs_again_though_priority_requests_always_wait()
    {
        await using var pipeline = new PipelineHarness(batching: new BatchingOptions { BulkPatience = TimeSpan.FromMilliseconds(1) });
        await pipeline.WarmAsync();
        var started = pipeline.Time.GetTimestamp();
        var (bulkRuns, runs, isFed) = (0, 0, false);
        pipeline.Model.OnRun = texts =>
        {
            bulkRuns += texts.Contains("bulk") ? 1 : 0;
            if (bulkRuns < 2 && pipeline.Time.GetElapsedTime(started) < Patience)
                AwaitFresh(pipeline, $"r{runs++}", deadline: null);
            else
                isFed |= bulkRuns == 2 && pipeline.Time.GetElapsedTime(started) < Patience;
            if (bulkRuns == 1 && texts.Contains("bulk"))
                throw new InvalidOperationException("A driver hiccup.");
        };

        Assert.Equal(Settlement.Ack, await pipeline.SettledAsync(pipeline.Job("\"bulk\"")));

        Assert.True(isFed, "It ran only when no priority request came any more.");
    }

    static void AwaitFresh(PipelineHarness pipeline, string id, DateTimeOffset? deadline)
    {
        pipeline.Request(id, "\"fresh\"", deadline);
        Assert.True(SpinWait.SpinUntil(() => pipeline.Served.Lanes.WaitingIn(Lane.Priority) > 0, Patience));
    }

    static RetryShelf Shelf(params RetryGroup[] groups)
    {
        var shelf = new RetryShelf();
        foreach (var group in groups)
            shelf.Add(group);

        return shelf;
    }

    static RetryGroup Group(Lane lane, int due, int deadline = 0, bool isHard = true) =>
        new([LaneTests.Item("a", deadline, isHard: isHard)], lane, Bucket: 0, Failures: 1, Successes: 0, Ms(due));

    static TimeSpan Ms(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);

    static TimeSpan? Ms(int? milliseconds) => milliseconds is { } ms ? Ms(ms) : null;
}
