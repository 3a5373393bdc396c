using SkillAi.Queue.Worker.Batching;
using static SkillAi.Queue.Tests.Unit.Batching.Given;

namespace SkillAi.Queue.Tests.Unit.Batching;

/// <summary>An endless job of texts of four lengths on a processor, where an item costs the same in any run: chunks of
/// 128 in a window, each of which leaves when its last item has run.</summary>
public sealed class LengthMixTests
{
    const int Chunk = 128;
    static readonly double[] Mix = [0.70, 0.20, 0.09, 0.01];

    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    public void Runs_stay_large_and_no_length_starves(int chunksInWindow)
    {
        var world = new World(chunksInWindow);

        world.Run(TimeSpan.FromSeconds(30));

        Assert.True(world.Items / world.Runs >= 128, $"mean run {world.Items / world.Runs}");
        Assert.InRange(world.LongestWait, TimeSpan.Zero, Ms(1_100));
        Assert.True(world.ItemsPerSecond >= 0.97 * world.Ideal, $"{world.ItemsPerSecond:F0} of {world.Ideal:F0}");
    }

    [Fact]
    public void A_priority_item_beside_them_ends_within_a_few_milliseconds()
    {
        var policy = Policy(4, cost: Processor());

        var run = policy.Decide(Ms(0), new() { Urgent = Urgent(90), Bulk = Bulk(900, 300, 100, 10) });

        Assert.InRange(run.Predicted, TimeSpan.Zero, Ms(4));
    }

    static CostModel Processor()
    {
        var cost = new CostModel(Rungs.UpTo(256), 4);
        foreach (var rung in cost.RunSizes)
        {
            for (var bucket = 0; bucket < 4; bucket++)
                cost.Warm(bucket, rung, Ms(0.03 + (0.007 * rung * (1 << bucket))));
        }

        return cost;
    }

    sealed class World(int chunksInWindow)
    {
        readonly Random _random = new(11);
        readonly CostModel _cost = Processor();
        readonly Queue<(int Chunk, TimeSpan Since)>[] _waiting = [new(), new(), new(), new()];
        readonly List<int> _left = [];
        int _open;

        public int Items { get; private set; }
        public int Runs { get; private set; }
        public TimeSpan LongestWait { get; private set; }
        public double ItemsPerSecond { get; private set; }
        public double Ideal { get; } = 1000 / Mix.Select((part, i) => part * (0.03 / 256 + (0.007 * (1 << i)))).Sum();

        public void Run(TimeSpan length)
        {
            var policy = Policy(4, cost: _cost);
            var now = TimeSpan.Zero;
            while (now < length)
            {
                while (_open < chunksInWindow)
                    Receive(now);
                var bulk = _waiting.Select(queue => new BulkBucket(
                    queue.Count, queue.Count > 0 ? now - queue.Peek().Since : default)).ToArray();
                var run = policy.Decide(now, new() { Urgent = [], Bulk = bulk });
                Take(run, now);
                now += run.Predicted;
                policy.Completed(now, new(0, run.Bulk, run.Bucket, run.Rung, run.Predicted, run.Predicted));
            }

            ItemsPerSecond = Items / now.TotalSeconds;
        }

        void Receive(TimeSpan now)
        {
            _left.Add(Chunk);
            _open++;
            for (var i = 0; i < Chunk; i++)
            {
                var draw = _random.NextDouble();
                var bucket = 0;
                while (bucket < 3 && (draw -= Mix[bucket]) >= 0)
                    bucket++;
                _waiting[bucket].Enqueue((_left.Count - 1, now));
            }
        }

        void Take(in RunDecision run, TimeSpan now)
        {
            Runs++;
            Items += run.Bulk;
            for (var i = 0; i < run.Bulk; i++)
            {
                var bucket = run.Bucket;
                while (_waiting[bucket].Count == 0)
                    bucket--;
                var (chunk, since) = _waiting[bucket].Dequeue();
                LongestWait = now - since > LongestWait ? now - since : LongestWait;
                _open -= --_left[chunk] == 0 ? 1 : 0;
            }
        }
    }
}
