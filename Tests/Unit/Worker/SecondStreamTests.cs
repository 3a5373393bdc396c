using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Worker.Batching;
using SkillAi.Queue.Worker.Models;

namespace SkillAi.Queue.Tests.Unit.Worker;

public sealed class SecondStreamTests
{
    const int Items = 250;
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    static TimeSpan Slow(int items) => TimeSpan.FromMilliseconds(10 + items);

    static readonly BatchingOptions Batching = new()
    {
        Exit = ExitChoice.SecondStream, LatencyTarget = TimeSpan.FromMilliseconds(200),
    };

    [Fact]
    public async Task A_priority_request_behind_a_long_bulk_run_is_answered_beside_it()
    {
        await using var pipeline = new PipelineHarness(new SkippingTime(), Batching, Slow);
        using var world = await World.BeginAsync(pipeline);

        var request = pipeline.Request("r1", "\"@\"");

        Assert.Equal(Settlement.Ack, await pipeline.SettledAsync(request));
        Assert.Equal(RequestState.Succeeded, Assert.Single(pipeline.Requests).Outcome.State);
        Assert.False(world.Job.Settled.IsCompleted);
        world.EndLongRun();
        Assert.Equal(Settlement.Ack, await pipeline.SettledAsync(world.Job));
        Assert.Equal(new OutcomeCounts(Items, 0, 0, 0), Assert.Single(pipeline.Chunks).Counts);
        // Nothing ran twice.
        Assert.Equal(Items + 1, world.Rows);
    }

    [Fact]
    public async Task What_a_run_took_beside_another_teaches_nothing()
    {
        await using var pipeline = new PipelineHarness(new SkippingTime(), Batching, Slow);
        using var world = await World.BeginAsync(pipeline);
        var before = pipeline.Learned.CostMilliseconds;

        pipeline.Model.Lasts = _ => TimeSpan.FromMilliseconds(700);
        await pipeline.SettledAsync(pipeline.Request("r1", "\"@\""));
        pipeline.Model.Lasts = Slow;
        world.EndLongRun();
        await pipeline.SettledAsync(world.Job);

        // The long run took as long as the test, and the short one fifty times what it takes alone.
        Assert.Equal(1, pipeline.Learned.Drift, 0.3);
        Assert.Equal(before[1][^1], pipeline.Learned.CostMilliseconds[1][^1], before[1][^1] * 0.2);
    }

    [Fact]
    public async Task Stopping_waits_for_both_runs()
    {
        await using var pipeline = new PipelineHarness(new SkippingTime(), Batching, Slow);
        using var world = await World.BeginAsync(pipeline);
        var isBeside = world.HoldShortRuns();
        var request = pipeline.Request("r1", "\"@\"");
        await isBeside.WaitAsync(Patience, TimeProvider.System);

        var stopping = pipeline.StopAsync();
        world.EndLongRun();
        await pipeline.SettledAsync(world.Job);
        Assert.False(stopping.IsCompleted);
        world.EndShortRuns();

        await stopping;
        Assert.Equal(Settlement.Ack, await pipeline.SettledAsync(request));
    }

    [Fact]
    public async Task A_run_that_fails_beside_is_tried_again_even_while_the_worker_stops()
    {
        await using var pipeline = new PipelineHarness(new SkippingTime(), Batching, Slow);
        using var world = await World.BeginAsync(pipeline);
        var isBeside = world.HoldShortRuns(thenFail: new(RunFailure.Transient, "Once."));
        var request = pipeline.Request("r1", "\"@\"");
        await isBeside.WaitAsync(Patience, TimeProvider.System);

        var stopping = pipeline.StopAsync();
        world.EndLongRun();
        await pipeline.SettledAsync(world.Job);
        world.EndShortRuns();

        await stopping;
        Assert.Equal(Settlement.Ack, await pipeline.SettledAsync(request));
        Assert.Equal(RequestState.Succeeded, Assert.Single(pipeline.Requests).Outcome.State);
    }

    [Fact]
    public async Task Memory_that_does_not_hold_two_runs_ends_the_second_stream_and_bounds_no_run()
    {
        await using var pipeline = new PipelineHarness(new SkippingTime(), Batching, Slow);
        using var world = await World.BeginAsync(pipeline);
        var isBeside = world.HoldShortRuns(thenFail: new(RunFailure.OutOfMemory, "Full."));
        var request = pipeline.Request("r1", "\"@\"");
        await isBeside.WaitAsync(Patience, TimeProvider.System);
        world.EndShortRuns();
        while (pipeline.Learned.WayOut != WayOut.None)
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);

        world.EndLongRun();

        Assert.Equal(Settlement.Ack, await pipeline.SettledAsync(request));
        Assert.Equal(Settlement.Ack, await pipeline.SettledAsync(world.Job));
        Assert.Equal(256, pipeline.Learned.MaxItems);
    }

    [Fact]
    public async Task A_device_that_is_lost_beside_ends_the_worker()
    {
        var pipeline = new PipelineHarness(new SkippingTime(), Batching, Slow);
        using var world = await World.BeginAsync(pipeline);
        var isBeside = world.HoldShortRuns(thenFail: new(RunFailure.DeviceLost, "Gone."));
        pipeline.Request("r1", "\"@\"");
        await isBeside.WaitAsync(Patience, TimeProvider.System);
        world.EndShortRuns();

        var failed = await Assert.ThrowsAsync<ModelRunException>(() => pipeline.Stopped.WaitAsync(Patience, TimeProvider.System));

        Assert.Equal(RunFailure.DeviceLost, failed.Failure);
        world.EndLongRun();
    }

    /// <summary>A device in the middle of a long run, which ends when the test says so.</summary>
    sealed class World : IDisposable
    {
        readonly ManualResetEventSlim _longMayEnd = new();
        readonly ManualResetEventSlim _shortMayEnd = new(initialState: true);
        readonly TaskCompletionSource _isLong = new(TaskCreationOptions.RunContinuationsAsynchronously);
        readonly TaskCompletionSource _isShort = new(TaskCreationOptions.RunContinuationsAsynchronously);
        ModelRunException? _failure;
        int _rows;

        World(PipelineHarness pipeline)
        {
            pipeline.Model.OnRun = Run;
            Job = pipeline.Job([.. Enumerable.Range(0, Items).Select(_ => "\"@\"")]);
        }

        public FakeDelivery Job { get; }

        public int Rows => Volatile.Read(ref _rows);

        public static async Task<World> BeginAsync(PipelineHarness pipeline)
        {
            await pipeline.WarmAsync();
            var world = new World(pipeline);
            await world._isLong.Task.WaitAsync(Patience, TimeProvider.System);
            return world;
        }

        public void EndLongRun() => _longMayEnd.Set();

        /// <returns>Completes when a run is held.</returns>
        public Task HoldShortRuns(ModelRunException? thenFail = null)
        {
            _failure = thenFail;
            _shortMayEnd.Reset();
            return _isShort.Task;
        }

        public void EndShortRuns() => _shortMayEnd.Set();

        public void Dispose()
        {
            _longMayEnd.Set();
            _shortMayEnd.Set();
        }

        void Run(IReadOnlyList<string> texts)
        {
            Interlocked.Add(ref _rows, texts.Count);
            if (texts.Count > 1)
            {
                _isLong.TrySetResult();
                _longMayEnd.Wait(Patience);
                return;
            }

            _isShort.TrySetResult();
            _shortMayEnd.Wait(Patience);
            if (Interlocked.Exchange(ref _failure, null) is { } failure)
                throw failure;
        }
    }
}
