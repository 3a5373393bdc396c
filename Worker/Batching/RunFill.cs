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
/// own length; the waste of a run is its cost less the worth of what it carries. Bulk joins urgent items where that
/// saves a noticeable part of a run, as it does wherever a run itself costs; where only items cost, an urgent run stays
/// short. Padding is free and always filled. Shorter bulk, padded, joins where a further item costs no more than its
/// worth; urgent items may be padded to longer bulk where that saves as much.
/// </summary>
sealed class RunFill(CostModel cost, BatchingOptions options, MemoryBound[] memory)
{
    const double Noticeable = 0.03;

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
    public int Room(int bucket, TimeSpan limit) => Whole(bucket, cost.Largest(bucket, limit));

    /// <summary>The same by expected times, for what is lost anyhow unless it is tried.</summary>
    public int ExpectedRoom(int bucket, TimeSpan limit) => Whole(bucket, cost.LargestExpected(bucket, limit));

    public int MaxItems(int bucket) => Math.Min(memory[bucket].Items, options.MaxRunItems);

    /// <summary>What a run of that many items is padded to.</summary>
    public int Padded(int items) => options.PadToRung ? Rungs.RoundUp(cost.RunSizes, items) : items;

    /// <summary>The least wasteful run that carries these urgent items, the rows kept for bulk and, where it pays, more
    /// bulk.</summary>
    public Composition WithUrgent(int urgent, int kept, int bucket, ReadOnlySpan<BulkBucket> bulk, TimeSpan limit)
    {
        var best = Compose(urgent, bucket, bucket, bulk, Padded(urgent + kept)) with { Room = Room(bucket, limit) };
        for (var length = bucket; length < bulk.Length; length++)
        {
            var room = Room(length, limit);
            if (room < urgent + kept || bulk[length].Waiting == 0)
                continue;

            var other = Compose(urgent, bucket, length, bulk, room);
            if (best.Waste - other.Waste >= Noticeable * other.Cost.TotalMilliseconds)
                best = other;
        }

        return best;
    }

    public Composition OfBulk(int bucket, ReadOnlySpan<BulkBucket> bulk, TimeSpan limit) =>
        Compose(0, bucket, bucket, bulk, Room(bucket, limit));

    int Whole(int bucket, int items)
    {
        var bounded = Math.Clamp(items, 1, MaxItems(bucket));
        return options.PadToRung ? Rungs.RoundDown(cost.RunSizes, bounded) : bounded;
    }

    Composition Compose(int urgent, int urgentBucket, int bucket, ReadOnlySpan<BulkBucket> bulk, int room)
    {
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
