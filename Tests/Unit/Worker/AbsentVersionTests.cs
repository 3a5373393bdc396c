using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Worker.Failures;

namespace SkillAi.Queue.Tests.Unit.Worker;

/// <summary>Chunks of a version that this worker lacks, which shares its queues with those that have it.</summary>
public sealed class AbsentVersionTests
{
    [Theory]
    [InlineData(true, 1, null, RetryRung.OneSecond, 1)]
    [InlineData(true, 4, null, RetryRung.OneSecond, 4)]
    [InlineData(true, 1, 5_000, RetryRung.OneSecond, 1)]
    [InlineData(true, 1, 1_000, null, 1)]
    [InlineData(true, 1, -5, RetryRung.OneSecond, 1)]
    [InlineData(false, 1, null, RetryRung.OneSecond, 2)]
    [InlineData(false, 3, null, RetryRung.OneMinute, 4)]
    public void It_goes_on_to_who_has_it_and_else_up_the_ladder(
        bool isServed, int attempt, int? leftMs, RetryRung? rung, int next)
    {
        Assert.Equal(new Departure(rung, next), AbsentVersion.Next(isServed, attempt, Ms(leftMs)));
    }

    [Theory]
    [InlineData(4, null)]
    [InlineData(1, 900)]
    public void It_is_gone_where_nobody_has_it_and_no_rung_is_left(int attempt, int? leftMs)
    {
        Assert.Null(AbsentVersion.Next(isServed: false, attempt, Ms(leftMs)));
    }

    [Fact]
    public async Task While_another_worker_has_it_a_chunk_is_handed_on_for_ever_and_neither_run_nor_failed()
    {
        await using var pipeline = new PipelineHarness();
        await pipeline.WarmAsync();
        pipeline.Versions.Saw(new HashSet<string> { "1", "2" }, asked: DateTimeOffset.MaxValue);
        var before = pipeline.Model.Runs;

        Assert.Equal(Settlement.Ack, await pipeline.SettledAsync(pipeline.Source.Deliver(OfVersion2(pipeline) with { Attempt = 4 })));

        var (chunk, rung) = Assert.Single(pipeline.Ladder.Aside);
        Assert.Equal((RetryRung.OneSecond, 4, "2", "job"), (rung, chunk.Attempt, chunk.Version, chunk.Job));
        Assert.Equal(before, pipeline.Model.Runs);
        Assert.Empty(pipeline.Chunks);
        Assert.Empty(pipeline.Letters);
        Assert.Equal(0, pipeline.InFlight(Lane.Bulk));
    }

    [Fact]
    public async Task A_request_that_cannot_wait_goes_to_its_lanes_end_at_once()
    {
        await using var pipeline = new PipelineHarness();
        pipeline.Versions.Saw(new HashSet<string> { "1", "2" }, asked: DateTimeOffset.MaxValue);
        var now = pipeline.Time.GetUtcNow();
        var deadline = now + TimeSpan.FromSeconds(1);

        await pipeline.SettledAsync(pipeline.Source.Deliver(OfVersion2(pipeline) with
        {
            Lane = Lane.Priority, Job = null, Segments = [new("r", 1, now, deadline)], Deadline = deadline,
        }));

        Assert.Equal("r", Assert.Single(Assert.Single(pipeline.Ladder.PassedOn).Segments).Request);
        Assert.Empty(pipeline.Requests);
    }

    [Fact]
    public async Task What_was_accepted_after_the_last_look_may_be_for_a_worker_that_came_since()
    {
        await using var pipeline = new PipelineHarness();
        pipeline.Versions.Saw(new HashSet<string> { "1" }, asked: pipeline.Time.GetUtcNow());

        await pipeline.SettledAsync(pipeline.Source.Deliver(OfVersion2(pipeline) with { Attempt = 4 }));

        Assert.Equal(4, Assert.Single(pipeline.Ladder.Aside).Chunk.Attempt);
    }

    [Fact]
    public async Task Where_nobody_has_it_the_ladders_time_is_left_for_one_to_come()
    {
        await using var pipeline = new PipelineHarness();
        pipeline.Versions.Saw(new HashSet<string> { "1" }, asked: DateTimeOffset.MaxValue);

        await pipeline.SettledAsync(pipeline.Source.Deliver(OfVersion2(pipeline) with { Attempt = 2 }));

        var (chunk, rung) = Assert.Single(pipeline.Ladder.Aside);
        Assert.Equal((RetryRung.TenSeconds, 3), (rung, chunk.Attempt));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task One_that_cannot_be_read_goes_nowhere_and_is_one_letter(int attempt)
    {
        await using var pipeline = new PipelineHarness();
        pipeline.Versions.Saw(new HashSet<string> { "1" }, asked: DateTimeOffset.MaxValue);
        var broken = OfVersion2(pipeline) with { Attempt = attempt, Items = 3, Body = new byte[] { 0x1F, 0x8B, 8, 0, 1 }, IsGzip = true };

        Assert.Equal(Settlement.Ack, await pipeline.SettledAsync(pipeline.Source.Deliver(broken)));

        Assert.Empty(pipeline.Ladder.Aside);
        var letter = Assert.Single(pipeline.Letters);
        Assert.Equal(("chunk_unreadable", 3), (letter.Reason, letter.Items));
    }

    static Chunk OfVersion2(PipelineHarness pipeline) => new()
    {
        Model = "m", Version = "2", Lane = Lane.Bulk, Items = 1, Job = "job", EnqueuedAt = pipeline.Time.GetUtcNow(), Body = "\"A\""u8.ToArray(),
    };

    static TimeSpan? Ms(int? milliseconds) => milliseconds is { } ms ? TimeSpan.FromMilliseconds(ms) : null;
}
