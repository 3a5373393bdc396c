using Microsoft.Extensions.Time.Testing;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Worker.Models;
using SkillAi.Queue.Worker.Pipeline;

namespace SkillAi.Queue.Tests.Unit.Worker;

public sealed class FailedRunTests
{
    [Fact]
    public async Task A_poison_item_costs_itself_and_few_runs()
    {
        await using var pipeline = new PipelineHarness();
        await pipeline.WarmAsync();
        var before = pipeline.Model.Runs;
        pipeline.Model.OnRun = texts =>
        {
            if (texts.Contains("poison"))
                throw new ModelRunException(RunFailure.Rejected, "It has a bad byte.");
        };

        var lines = Enumerable.Range(0, 256).Select(i => i == 77 ? "\"poison\"" : $"\"item {i}\"").ToList();
        Assert.Equal(Settlement.Ack, await pipeline.SettledAsync(pipeline.Job(lines)));

        var result = Assert.Single(pipeline.Chunks);
        Assert.Equal(new OutcomeCounts(255, 1, 0, 0), result.Counts);
        var failed = PipelineHarness.Lines(result)[77];
        Assert.Equal("model_error", failed.GetProperty("error").GetProperty("code").GetString());
        Assert.InRange(pipeline.Model.Runs - before, 2, 1 + (2 * 8));
    }

    [Theory]
    [InlineData(0, 16)]
    [InlineData(77, 14)]
    [InlineData(255, 9)]
    public async Task A_half_that_is_clean_saves_the_run_of_the_other(int poison, int most)
    {
        await using var pipeline = Refusing();
        await pipeline.WarmAsync();
        var before = pipeline.Model.Runs;

        var lines = Enumerable.Range(0, 256).Select(i => i == poison ? "\"poison\"" : "\"fine\"").ToList();
        await pipeline.SettledAsync(pipeline.Job(lines));

        Assert.Equal(new OutcomeCounts(255, 1, 0, 0), Assert.Single(pipeline.Chunks).Counts);
        Assert.InRange(pipeline.Model.Runs - before - 1, 8, most);
    }

    [Fact]
    public async Task Healthy_items_keep_their_throughput_beside_a_hundred_refused_ones_a_second()
    {
        await using var pipeline = Refusing();
        await pipeline.WarmAsync();
        var before = pipeline.Model.Sizes.Count;
        const int Healthy = 20_000;
        const int Refused = 100;

        // What comes in a second, spread evenly, in chunks of a job.
        var lines = Enumerable.Range(0, Healthy + Refused).Select(i => i % 201 == 77 ? "\"poison\"" : "\"fine\"").ToList();
        var deliveries = lines.Chunk(128).Select((chunk, i) => pipeline.Job(chunk, id: $"job {i}")).ToList();
        foreach (var delivery in deliveries)
            await pipeline.SettledAsync(delivery);

        Assert.Equal(Refused, pipeline.Letters.Count);
        Assert.Equal(Healthy, pipeline.Chunks.Sum(chunk => chunk.Counts.Succeeded));
        var deviceMs = pipeline.Model.Sizes.Skip(before).Sum(items => Device.RunMs + (items * Device.ItemMs));
        Assert.InRange(deviceMs, 0, 1_000 / 0.8);
    }

    [Fact]
    public async Task Items_beside_a_cancelled_half_are_not_forgotten()
    {
        await using var pipeline = new PipelineHarness();
        await pipeline.WarmAsync();
        pipeline.Model.OnRun = texts =>
        {
            if (texts.Count < 200)
                return;

            // The run that fails cancels its first half, so that the second has nobody to wait for.
            pipeline.Cancellations.Cancel("first");
            throw new ModelRunException(RunFailure.Rejected, "No.");
        };

        var first = pipeline.Job([.. Enumerable.Repeat("\"A\"", 128)], id: "first");
        var second = pipeline.Job([.. Enumerable.Repeat("\"A\"", 128)], id: "second");

        await pipeline.SettledAsync(first);
        await pipeline.SettledAsync(second);
    }

    [Fact]
    public async Task Halves_find_more_than_one_culprit()
    {
        await using var pipeline = new PipelineHarness();
        await pipeline.WarmAsync();
        pipeline.Model.OnRun = texts =>
        {
            if (texts.Contains("poison"))
                throw new ModelRunException(RunFailure.Rejected, "No.");
        };

        await pipeline.SettledAsync(pipeline.Job([.. Enumerable.Range(0, 64).Select(i => i % 20 == 0 ? "\"poison\"" : "\"fine\"")]));

        Assert.Equal(new OutcomeCounts(60, 4, 0, 0), Assert.Single(pipeline.Chunks).Counts);
    }

    [Fact]
    public async Task A_fault_that_passes_fails_nothing()
    {
        await using var pipeline = new PipelineHarness();
        await pipeline.WarmAsync();
        var failures = 2;
        pipeline.Model.OnRun = _ =>
        {
            if (failures-- > 0)
                throw new InvalidOperationException("A driver hiccup.");
        };

        await pipeline.SettledAsync(pipeline.Job("\"A\"", "\"B\""));

        Assert.Equal(2, Assert.Single(pipeline.Chunks).Counts.Succeeded);
    }

    [Fact]
    public async Task A_run_that_does_not_fit_the_memory_loses_nothing_and_the_next_ones_are_smaller()
    {
        await using var pipeline = new PipelineHarness();
        await pipeline.WarmAsync();
        pipeline.Model.OnRun = texts =>
        {
            if (texts.Count > 100)
                throw new ModelRunException(RunFailure.OutOfMemory, "Failed to allocate memory.");
        };

        var chunks = Enumerable.Range(0, 8)
            .Select(chunk => pipeline.Job([.. Enumerable.Repeat("\"A\"", 256)], id: $"job {chunk}")).ToList();
        foreach (var chunk in chunks)
            await pipeline.SettledAsync(chunk);

        Assert.All(pipeline.Chunks, result => Assert.Equal(256, result.Counts.Succeeded));
        Assert.Equal(8, pipeline.Chunks.Count);
        Assert.All(pipeline.Model.Sizes.TakeLast(10), size => Assert.InRange(size, 1, 100));
    }

    [Fact]
    public async Task A_single_item_that_does_not_fit_fails_alone()
    {
        await using var pipeline = new PipelineHarness();
        await pipeline.WarmAsync();
        pipeline.Model.OnRun = texts =>
        {
            if (texts.Contains("huge"))
                throw new ModelRunException(RunFailure.OutOfMemory, "Failed to allocate memory.");
        };

        await pipeline.SettledAsync(pipeline.Job("\"huge\"", "\"small\""));

        Assert.Equal(new OutcomeCounts(1, 1, 0, 0), Assert.Single(pipeline.Chunks).Counts);
    }

    [Fact]
    public async Task Bulk_waits_between_tries_on_the_workers_own_clock()
    {
        var time = new FakeTimeProvider();
        await using var pipeline = new PipelineHarness(time);
        await pipeline.WarmAsync();
        var before = pipeline.Model.Runs;
        using var failed = new SemaphoreSlim(0);
        var failures = 1;
        pipeline.Model.OnRun = _ =>
        {
            if (failures-- > 0)
            {
                failed.Release();
                throw new InvalidOperationException("A driver hiccup.");
            }
        };

        var delivery = pipeline.Job([.. Enumerable.Repeat("\"A\"", 256)]);
        await failed.WaitAsync();
        Assert.False(delivery.Settled.IsCompleted);
        Assert.Equal(before + 1, pipeline.Model.Runs);

        while (!delivery.Settled.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(25));
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }

        Assert.True(time.GetUtcNow() - time.Start >= TimeSpan.FromMilliseconds(75));
        Assert.Equal(256, Assert.Single(pipeline.Chunks).Counts.Succeeded);
    }

    static PipelineHarness Refusing()
    {
        var pipeline = new PipelineHarness();
        pipeline.Model.OnRun = texts =>
        {
            if (texts.Contains("poison"))
                throw new ModelRunException(RunFailure.Rejected, "It has a bad byte.");
        };
        return pipeline;
    }

    /// <summary>What runs of the shipped model cost on a core: 0.05 ms for one short text, 4.6 ms for 256.</summary>
    static class Device
    {
        public const double RunMs = 0.035;
        public const double ItemMs = 0.018;
    }
}
