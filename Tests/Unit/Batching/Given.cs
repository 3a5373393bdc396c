using SkillAi.Queue.Worker.Batching;

namespace SkillAi.Queue.Tests.Unit.Batching;

/// <summary>Small worlds for the batching tests: a device whose run of n items takes 10 + 2n ms, per length bucket
/// scaled by 1, 2, 4, 8.</summary>
static class Given
{
    public static TimeSpan Ms(double value) => TimeSpan.FromMilliseconds(value);

    public static double CostMs(int bucket, double items) => (10 + (2 * items)) * (1 << bucket);

    public static CostModel Cost(int buckets = 1, int maxRunItems = 256)
    {
        var cost = new CostModel(Rungs.UpTo(maxRunItems), buckets);
        for (var bucket = 0; bucket < buckets; bucket++)
        {
            foreach (var rung in cost.RunSizes)
                cost.Warm(bucket, rung, Ms(CostMs(bucket, rung)));
        }

        return cost;
    }

    public static BatchPolicy Policy(
        int buckets = 1, Action<BatchingOptions>? configure = null, CostModel? cost = null)
    {
        var options = new BatchingOptions();
        configure?.Invoke(options);
        return new(options, cost ?? Cost(buckets), buckets);
    }

    public static UrgentItem[] Urgent(params double[] slacks) =>
        [.. slacks.Order().Select(slack => new UrgentItem(Ms(slack), Bucket: 0, IsHard: true))];

    public static UrgentItem[] Same(int count, double slack) => Urgent([.. Enumerable.Repeat(slack, count)]);

    public static BulkBucket[] Bulk(params int[] waiting) => [.. waiting.Select(items => new BulkBucket(items, Ms(50)))];
}
