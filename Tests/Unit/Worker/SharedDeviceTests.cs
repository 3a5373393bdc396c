using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Worker.Batching;

namespace SkillAi.Queue.Tests.Unit.Worker;

/// <summary>Two models on one device.</summary>
public sealed class SharedDeviceTests
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // Long, and so is what the inner deadline keeps free of it: 4 s.
    static readonly BatchingOptions Batching = new() { LatencyTarget = TimeSpan.FromSeconds(80) };

    static TimeSpan Cost(int items) => TimeSpan.FromMilliseconds(5 + (items / 2));

    [Fact]
    public async Task A_priority_request_with_time_lets_another_models_bulk_run_first()
    {
        var order = await OrderAsync(deadline: null);

        Assert.Equal(["bulk", "priority"], order.Distinct());
    }

    [Fact]
    public async Task One_without_time_goes_first()
    {
        var order = await OrderAsync(deadline: TimeSpan.FromSeconds(2));

        Assert.Equal(["priority", "bulk"], order.Distinct());
    }

    /// <summary>Both wait when the device becomes free: a request for one model, bulk of the other.</summary>
    static async Task<IReadOnlyList<string>> OrderAsync(TimeSpan? deadline)
    {
        await using var pipeline = new PipelineHarness(new SkippingTime(), Batching, Cost, isShared: true);
        await pipeline.WarmAsync();
        var order = new List<string>();
        var isHeld = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var release = new ManualResetEventSlim();
        pipeline.Model.OnRun = texts =>
        {
            if (!isHeld.TrySetResult())
                order.Add("priority");
            else
                release.Wait(Patience);
        };
        pipeline.Other.OnRun = _ => order.Add("bulk");
        var first = pipeline.Request("first", "\"@\"");
        await isHeld.Task.WaitAsync(Patience, TimeProvider.System);

        var job = pipeline.Job([.. Enumerable.Range(0, 256).Select(_ => "\"@\"")], model: "n");
        var request = pipeline.Request("r", "\"@\"", pipeline.Time.GetUtcNow() + deadline);
        while (pipeline.Waiting < 257)
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        release.Set();

        Assert.Equal(Settlement.Ack, await pipeline.SettledAsync(first));
        Assert.Equal(Settlement.Ack, await pipeline.SettledAsync(request));
        Assert.Equal(Settlement.Ack, await pipeline.SettledAsync(job));
        return order;
    }
}
