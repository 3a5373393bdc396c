using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Worker.Models;
using SkillAi.Queue.Worker.Models.Onnx;

namespace SkillAi.Queue.Tests.Unit.Worker;

/// <summary>Chunks that leave a worker in which nothing succeeds, and those that cannot.</summary>
public sealed class LadderTests
{
    [Theory]
    [InlineData(1, RetryRung.OneSecond)]
    [InlineData(2, RetryRung.TenSeconds)]
    [InlineData(3, RetryRung.OneMinute)]
    public async Task Where_nothing_succeeds_the_whole_chunk_leaves_one_attempt_further(int attempt, RetryRung rung)
    {
        await using var pipeline = new PipelineHarness();
        await pipeline.WarmAsync();
        var before = pipeline.Model.Runs;
        pipeline.Model.OnRun = Fail;

        Assert.Equal(Settlement.Ack, await pipeline.SettledAsync(pipeline.Job(["\"A\"", "not json", "\"B\""], attempt: attempt)));

        var (chunk, on) = Assert.Single(pipeline.Ladder.Aside);
        Assert.Equal((rung, attempt + 1, "job", 7, 3), (on, chunk.Attempt, chunk.Job, chunk.Index, chunk.Items));
        Assert.Equal(3, pipeline.Model.Runs - before);
        Assert.Equal(1, pipeline.Acked(Lane.Bulk));
        Assert.Empty(pipeline.Chunks);
        Assert.Empty(pipeline.Letters);
    }

    [Fact]
    public async Task After_the_last_rung_the_items_fail_and_are_dead_letters()
    {
        await using var pipeline = new PipelineHarness();
        await pipeline.WarmAsync();
        pipeline.Model.OnRun = Fail;

        await pipeline.SettledAsync(pipeline.Job(["\"A\"", "\"B\""], attempt: 4));

        Assert.Empty(pipeline.Ladder.Aside);
        Assert.Equal(new OutcomeCounts(0, 2, 0, 0), Assert.Single(pipeline.Chunks).Counts);
        Assert.All(pipeline.Letters, letter => Assert.Equal(("retries_exhausted", "A driver hiccup.", 4), (letter.Reason, letter.Message, letter.Attempts)));
        Assert.Equal(2, pipeline.Letters.Count);
    }

    [Fact]
    public async Task After_the_last_rung_one_to_blame_is_still_found()
    {
        await using var pipeline = new PipelineHarness();
        await pipeline.WarmAsync();
        pipeline.Model.OnRun = texts =>
        {
            if (texts.Contains("poison"))
                Fail(texts);
        };

        await pipeline.SettledAsync(pipeline.Job([.. Enumerable.Range(0, 64).Select(i => i == 9 ? "\"poison\"" : "\"fine\"")], attempt: 4));

        Assert.Equal(new OutcomeCounts(63, 1, 0, 0), Assert.Single(pipeline.Chunks).Counts);
    }

    [Fact]
    public async Task Where_others_succeed_the_item_is_to_blame_and_not_the_worker()
    {
        await using var pipeline = new PipelineHarness();
        await pipeline.WarmAsync();
        using var failed = new SemaphoreSlim(0);
        pipeline.Model.OnRun = texts =>
        {
            if (!texts.Contains("poison"))
                return;

            failed.Release();
            Fail(texts);
        };

        var poisoned = pipeline.Job("\"poison\"", "\"fine\"");
        await failed.WaitAsync();
        await pipeline.SettledAsync(pipeline.Request("other", "\"fine\""));
        await pipeline.SettledAsync(poisoned);

        Assert.Empty(pipeline.Ladder.Aside);
        Assert.Equal(new OutcomeCounts(1, 1, 0, 0), Assert.Single(pipeline.Chunks).Counts);
        Assert.Equal("retries_exhausted", Assert.Single(pipeline.Letters).Reason);
    }

    [Fact]
    public async Task A_chunk_whose_deadline_would_pass_meanwhile_fails_at_once()
    {
        await using var pipeline = new PipelineHarness();
        await pipeline.WarmAsync();
        pipeline.Model.OnRun = Fail;

        await pipeline.SettledAsync(pipeline.Request("urgent", "\"A\"", deadline: pipeline.Time.GetUtcNow() + TimeSpan.FromMilliseconds(900)));
        await pipeline.SettledAsync(pipeline.Request("patient", "\"A\""));

        Assert.Equal("urgent", Assert.Single(pipeline.Requests).Id);
        Assert.Equal("patient", Assert.Single(Assert.Single(pipeline.Ladder.Aside).Chunk.Segments).Request);
    }

    [Fact]
    public async Task A_worker_that_lost_its_device_ends_and_fails_nothing()
    {
        var pipeline = new PipelineHarness();
        await pipeline.WarmAsync();
        pipeline.Model.OnRun = _ => throw new ModelRunException(RunFailure.DeviceLost, "CUDA failure 700: an illegal memory access was encountered.");

        var delivery = pipeline.Job("\"A\"", "\"B\"");

        var failure = await Assert.ThrowsAsync<ModelRunException>(() => pipeline.Stopped);
        Assert.Equal(RunFailure.DeviceLost, failure.Failure);
        Assert.False(delivery.Settled.IsCompleted);
        Assert.Empty(pipeline.Chunks);
        Assert.Empty(pipeline.Letters);
    }

    [Theory]
    [InlineData("[ErrorCode:Fail] CUDA failure 700: an illegal memory access was encountered ; GPU=0", nameof(RunFailure.DeviceLost))]
    [InlineData("[ErrorCode:Fail] CUDA failure 719: unspecified launch failure", nameof(RunFailure.DeviceLost))]
    [InlineData("[ErrorCode:Fail] CUDA failure 2: out of memory", nameof(RunFailure.OutOfMemory))]
    [InlineData("[ErrorCode:InvalidArgument] Got invalid dimensions", nameof(RunFailure.Rejected))]
    [InlineData("[ErrorCode:Fail] A hiccup", nameof(RunFailure.Transient))]
    public void What_a_fault_is_is_read_from_its_text(string message, string failure) =>
        Assert.Equal(failure, OnnxErrors.Classify(message).ToString());

    [Fact]
    public async Task A_broker_that_is_away_is_waited_for_and_the_loan_kept_meanwhile()
    {
        await using var pipeline = new PipelineHarness();
        await pipeline.WarmAsync();
        var refusals = 3;
        pipeline.Ladder.Refuses = _ => refusals-- > 0;
        pipeline.Model.OnRun = Fail;

        Assert.Equal(Settlement.Ack, await pipeline.SettledAsync(pipeline.Job("\"A\"")));

        Assert.Single(pipeline.Ladder.Aside);
        Assert.Equal(-1, refusals);
    }

    [Fact]
    public async Task A_chunk_whose_loan_is_lost_meanwhile_is_not_published_beside_the_one_that_the_broker_lends_again()
    {
        await using var pipeline = new PipelineHarness();
        await pipeline.WarmAsync();
        var refused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isAway = true;
        pipeline.Ladder.Refuses = _ =>
        {
            var refuses = Volatile.Read(ref isAway);
            refused.TrySetResult();
            return refuses;
        };
        pipeline.Model.OnRun = Fail;

        var delivery = pipeline.Job("\"A\"");
        await refused.Task;
        delivery.Lose();
        Volatile.Write(ref isAway, false);
        await pipeline.SettledAsync(delivery);

        Assert.Empty(pipeline.Ladder.Aside);
        Assert.Equal((0, 0), (pipeline.InFlight(Lane.Bulk), pipeline.Acked(Lane.Bulk)));
    }

    [Fact]
    public async Task A_rung_that_is_full_holds_up_nobody_who_goes_elsewhere()
    {
        await using var pipeline = new PipelineHarness();
        await pipeline.WarmAsync();
        var refused = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var isFull = true;
        pipeline.Ladder.Refuses = rung =>
        {
            var refuses = rung == RetryRung.OneSecond && Volatile.Read(ref isFull);
            refused.TrySetResult();
            return refuses;
        };
        pipeline.Model.OnRun = Fail;

        var waiting = pipeline.Job(["\"A\""], attempt: 1);
        await refused.Task;
        await pipeline.SettledAsync(pipeline.Job(["\"B\""], id: "other", attempt: 2));

        Assert.Equal("other", Assert.Single(pipeline.Ladder.Aside).Chunk.Job);
        Assert.False(waiting.Settled.IsCompleted);
        Volatile.Write(ref isFull, false);
        await pipeline.SettledAsync(waiting);
    }

    [Fact]
    public async Task What_is_wrong_with_a_publisher_but_an_outage_ends_the_worker()
    {
        var pipeline = new PipelineHarness();
        await pipeline.WarmAsync();
        pipeline.Ladder.Refuses = _ => throw new InvalidOperationException("Broken.");
        pipeline.Model.OnRun = Fail;

        var delivery = pipeline.Job("\"A\"");

        Assert.Equal("Broken.", (await Assert.ThrowsAsync<InvalidOperationException>(() => pipeline.Stopped)).Message);
        Assert.False(delivery.Settled.IsCompleted);
    }

    [Fact]
    public async Task A_model_that_fails_everything_is_not_asked_three_times_for_everything()
    {
        await using var pipeline = new PipelineHarness();
        await pipeline.WarmAsync();
        var before = pipeline.Model.Sizes.Sum();
        pipeline.Model.OnRun = Fail;

        var deliveries = Enumerable.Range(0, 40)
            .Select(i => pipeline.Job([.. Enumerable.Repeat("\"A\"", 256)], id: $"job {i}")).ToList();
        foreach (var delivery in deliveries)
            await pipeline.SettledAsync(delivery);

        const int Items = 40 * 256;
        Assert.Equal(40, pipeline.Ladder.Aside.Count);
        // A fifth of them, and what the floor gives while this lasts.
        Assert.InRange(pipeline.Model.Sizes.Sum() - before, Items, Items + (Items / 5) + 3_000);
    }

    static void Fail(IReadOnlyList<string> texts) => throw new InvalidOperationException("A driver hiccup.");
}
