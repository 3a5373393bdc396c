using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Worker.Batching;
using SkillAi.Queue.Worker.Models;
using SkillAi.Queue.Worker.Models.Simulated;
using Microsoft.Extensions.Time.Testing;

namespace SkillAi.Queue.Tests.Unit.Worker;

public sealed class TerminationTests
{
    const int Items = 250;

    static TimeSpan Slow(int items) => TimeSpan.FromMilliseconds(60 + (2 * items));

    static BatchingOptions Batching(ExitChoice exit) => new() { Exit = exit, LatencyTarget = TimeSpan.FromMilliseconds(200) };

    [Fact]
    public async Task A_priority_request_behind_a_long_bulk_run_has_it_terminated_and_run_again()
    {
        await using var pipeline = new PipelineHarness(new SkippingTime(), Batching(ExitChoice.Auto), Slow);
        await pipeline.WarmAsync();
        // Nothing but a termination ends the first full run.
        var fullRuns = 0;
        pipeline.Model.Lasts = items => items >= 100 && fullRuns++ == 0 ? Timeout.InfiniteTimeSpan : Slow(items);
        var full = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var runs = new List<int>();
        pipeline.Model.OnRun = texts =>
        {
            runs.Add(texts.Count);
            if (texts.Count >= 100)
                full.TrySetResult();
        };

        var job = pipeline.Job([.. Enumerable.Range(0, Items).Select(_ => "\"@\"")]);
        await full.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
        var request = pipeline.Request("r1", "\"@\"");

        Assert.Equal(Settlement.Ack, await pipeline.SettledAsync(request));
        Assert.Equal(Settlement.Ack, await pipeline.SettledAsync(job));
        Assert.Equal(new OutcomeCounts(Items, 0, 0, 0), Assert.Single(pipeline.Chunks).Counts);
        Assert.Equal(RequestState.Succeeded, Assert.Single(pipeline.Requests).Outcome.State);
        // What was terminated ran again: more rows were begun than items came.
        Assert.True(runs.Sum() > Items + 1, string.Join(' ', runs));
    }

    [Fact]
    public async Task A_run_that_outlasts_its_prediction_is_terminated_for_a_request_that_waits_behind_it()
    {
        await using var pipeline = new PipelineHarness(
            new SkippingTime(), Batching(ExitChoice.Auto), items => TimeSpan.FromMilliseconds(10 + items));
        await pipeline.WarmAsync();
        Assert.Equal(WayOut.Terminate, pipeline.Learned.WayOut);
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var bulkRuns = 0;
        pipeline.Model.Lasts = items => items > 1 && bulkRuns++ == 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(10);
        pipeline.Model.OnRun = _ => begun.TrySetResult();

        var job = pipeline.Job([.. Enumerable.Range(0, 20).Select(_ => "\"@\"")]);
        await begun.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
        var request = pipeline.Request("r1", "\"@\"");

        Assert.Equal(Settlement.Ack, await pipeline.SettledAsync(request));
        Assert.Equal(Settlement.Ack, await pipeline.SettledAsync(job));
        Assert.Equal(new OutcomeCounts(20, 0, 0, 0), Assert.Single(pipeline.Chunks).Counts);
    }

    [Fact]
    public async Task Without_a_way_out_no_run_is_longer_than_a_priority_request_can_bear()
    {
        await using var pipeline = new PipelineHarness(new SkippingTime(), Batching(ExitChoice.None), Slow);
        await pipeline.WarmAsync();
        var largest = 0;
        pipeline.Model.OnRun = texts => largest = Math.Max(largest, texts.Count);

        var job = pipeline.Job([.. Enumerable.Range(0, Items).Select(_ => "\"@\"")]);

        Assert.Equal(Settlement.Ack, await pipeline.SettledAsync(job));
        Assert.InRange(largest, 1, 100);
    }

    [Fact]
    public void A_simulated_device_lets_go_of_a_run_at_once()
    {
        using var model = new SimulatedModel(new() { Cost = [new(1, 1000)] }, new FakeTimeProvider());
        using var terminate = new CancellationTokenSource();
        terminate.Cancel();

        var failed = Assert.Throws<ModelRunException>(() => model.Run(Batch(), terminate.Token));

        Assert.Equal(RunFailure.Terminated, failed.Failure);
    }

    [Fact]
    public void Onnx_runtime_ends_a_run_when_told_to_and_works_on_afterwards()
    {
        using var model = Shipped.Load();
        var batch = new RunBatch(4, 64, labels: 6);

        var failed = Assert.Throws<ModelRunException>(() => WarmUp.RunOnce(model, batch, 64, 4, new CancellationToken(canceled: true)));

        Assert.Equal(RunFailure.Terminated, failed.Failure);
        WarmUp.RunOnce(model, batch, 64, 4);
        Assert.InRange(batch.Scores(0)[0], 0f, 1f);
    }

    [Theory]
    [InlineData(1500, 1, WayOut.Terminate)]
    // Too short to ever outlast a deadline.
    [InlineData(500, 1, WayOut.None)]
    // Lets go, but not in time.
    [InlineData(1500, 500, WayOut.None)]
    public void The_warm_up_finds_whether_a_long_run_can_be_left(double longest, double letsGo, WayOut expected)
    {
        var time = new FakeTimeProvider();
        var model = new FakeModel(time) { Lasts = items => TimeSpan.FromMilliseconds(items == 64 ? longest : 1) };
        var slow = new StubbornModel(model, () => time.Advance(TimeSpan.FromMilliseconds(letsGo)));

        var exit = new TerminateProbe(time, TimeSpan.FromSeconds(2))
            .Find(slow, Batch(), 16, 64, TimeSpan.FromMilliseconds(longest), isForced: false);

        Assert.Equal(expected, exit.Way);
    }

    [Fact]
    public void A_device_that_finishes_what_it_began_has_no_way_out()
    {
        var time = new FakeTimeProvider();
        var longest = TimeSpan.FromMilliseconds(80);
        var deaf = new StubbornModel(new FakeModel(time) { Lasts = _ => longest }, () => { }, isDeaf: true);

        var exit = new TerminateProbe(time, TimeSpan.FromMilliseconds(100)).Find(deaf, Batch(), 16, 64, longest, isForced: true);

        Assert.Equal(WayOut.None, exit.Way);
    }

    static RunBatch Batch() => new(64, 16, 1);

    /// <summary>Lets go of a terminated run late, or not at all.</summary>
    sealed class StubbornModel(FakeModel model, Action letsGo, bool isDeaf = false) : IModel
    {
        public string Provider => model.Provider;

        public void Run(RunBatch batch, CancellationToken terminate = default)
        {
            try
            {
                model.Run(batch, isDeaf ? default : terminate);
            }
            catch (ModelRunException)
            {
                letsGo();
                throw;
            }
        }

        public void Dispose() => model.Dispose();
    }
}
