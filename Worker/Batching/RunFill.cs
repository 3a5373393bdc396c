namespace SkillAi.Queue.Worker.Batching;

/// <summary>A run as composed: <paramref name="Urgent"/> given items and the bulk that joins them.</summary>
/// <param name="Room">The most items that the limit allowed.</param>
/// <param name="Useful">Milliseconds that its items would cost in full runs of their own length.</param>
readonly record struct Composition(
    int Urgent, int Bulk, int Bucket, int Rung, int Room, TimeSpan Cost, double Useful)
{
    public double Waste => Cost.TotalMilliseconds - Useful;

    public double Efficiency => Useful / Cost.TotalMilliseconds;
}

/// <summary>
/// Which bulk joins a run, and the length it is padded to. An item has the worth of what it costs in a full run of its
/// own length; the waste of a run is its cost less the worth of what it carries. Bulk of the run's own length always
/// joins. Shorter bulk, padded, joins where a further item costs no more than its worth, and in the padding, which is
/// free. An urgent item may be padded to longer bulk if that wastes less than running without it.
/// </summary>
sealed class RunFill(CostModel cost, BatchingOptions options, MemoryBound[] memory)
{
    readonly double[] _worth = new double[cost.LengthBuckets];

    /// <summary>Takes the worth of an item of each length from full runs within the quantum.</summary>
    public void Value(TimeSpan quantum)
    {
        for (var bucket = 0; bucket < _worth.Length; bucket++)
        {
            var size = Room(bucket, quantum);
            _worth[bucket] = cost.Predict(bucket, size).TotalMilliseconds / size;
        }
    }

    /// <summary>The most items of a length that a run within <paramref name="limit"/> holds; at least one.</summary>
    public int Room(int bucket, TimeSpan limit)
    {
        var items = Math.Min(cost.Largest(bucket, limit), MaxItems(bucket));
        return options.PadToRung ? Rungs.RoundDown(cost.RunSizes, items) : Math.Max(1, items);
    }

    public int MaxItems(int bucket) => Math.Min(memory[bucket].Items, options.MaxRunItems);

    /// <summary>What a run of that many items is padded to.</summary>
    public int Padded(int items) => options.PadToRung ? Rungs.RoundUp(cost.RunSizes, items) : items;

    /// <summary>The least wasteful run that carries these urgent items and, if <paramref name="fill"/>, bulk.</summary>
    public Composition WithUrgent(int urgent, int bucket, ReadOnlySpan<BulkBucket> bulk, TimeSpan limit, bool fill)
    {
        var best = Compose(urgent, bucket, bucket, fill ? bulk : [], limit);
        for (var longer = bucket + 1; fill && longer < bulk.Length; longer++)
        {
            if (bulk[longer].Waiting == 0)
                continue;

            var other = Compose(urgent, bucket, longer, bulk, limit);
            if (other.Room >= urgent && other.Waste < best.Waste)
                best = other;
        }

        return best;
    }

    public Composition OfBulk(int bucket, ReadOnlySpan<BulkBucket> bulk, TimeSpan limit) =>
        Compose(0, bucket, bucket, bulk, limit);

    Composition Compose(int urgent, int urgentBucket, int bucket, ReadOnlySpan<BulkBucket> bulk, TimeSpan limit)
    {
        var room = Room(bucket, limit);
        var items = urgent;
        var useful = urgent * _worth[urgentBucket];
        for (var source = Math.Min(bucket, bulk.Length - 1); source >= 0; source--)
        {
            var free = Padded(Math.Max(1, items)) - items;
            var take = source == bucket || Pays(bucket, items, room, _worth[source]) ? room - items : free;
            take = Math.Min(Math.Max(take, 0), bulk[source].Waiting);
            items += take;
            useful += take * _worth[source];
        }

        var rung = Padded(items);
        return new(urgent, items - urgent, bucket, rung, room, cost.Predict(bucket, rung), useful);
    }

    bool Pays(int bucket, int items, int room, double worth) =>
        room > items
        && (cost.Predict(bucket, room) - cost.Predict(bucket, items)).TotalMilliseconds <= worth * (room - items);
}
