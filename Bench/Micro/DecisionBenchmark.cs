using BenchmarkDotNet.Attributes;
using SkillAi.Queue.Worker.Batching;

namespace SkillAi.Queue.Bench.Micro;

/// <summary>What one batching decision costs, by how much waits. BenchmarkDotNet needs it public and unsealed.</summary>
[InProcess]
[MemoryDiagnoser]
public class DecisionBenchmark
{
    readonly BulkBucket[] _bulk =
    [
        new(300, TimeSpan.FromMilliseconds(5)), new(100, TimeSpan.FromMilliseconds(9)),
        new(40, TimeSpan.FromMilliseconds(20)), new(7, TimeSpan.FromMilliseconds(300)),
    ];

    UrgentItem[] _urgent = [];
    BatchPolicy _policy = null!;
    TimeSpan _now;

    [Params(0, 1, 16, 256)]
    public int Urgent { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var cost = new CostModel(Rungs.UpTo(256), lengthBuckets: 4);
        for (var bucket = 0; bucket < 4; bucket++)
        {
            foreach (var rung in cost.RunSizes)
                cost.Warm(bucket, rung, TimeSpan.FromMilliseconds((10 + (2 * rung)) * (1 << bucket)));
        }

        _policy = new(new BatchingOptions(), cost, lengthBuckets: 4);
        _urgent = [.. Enumerable.Range(0, Urgent).Select(i =>
            new UrgentItem(TimeSpan.FromMilliseconds(60 + (i / 4.0)), i % 4, IsHard: true))];
        for (var i = 0; i < 1_000; i++)
            _policy.UrgentArrived(TimeSpan.FromMilliseconds(i * 20), 1, TimeSpan.FromMilliseconds(96));
        _now = TimeSpan.FromSeconds(20);
    }

    [Benchmark]
    public RunDecision Decide()
    {
        _now += TimeSpan.FromMilliseconds(1);
        return _policy.Decide(_now, new() { Urgent = _urgent, Bulk = _bulk, BulkArriving = true });
    }
}
