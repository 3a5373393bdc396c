namespace SkillAi.Queue.Worker.Batching;

/// <summary>
/// How large a run is worth being while the model refuses items. A run that holds a refused item fails whole, and halving
/// finds the item: one run a level, and at half of the levels the other half again, since the first held the item,
/// <c>X(n) = 1.5·(L(n/2) + L(n/4) + … + L(1)) + L(1)</c>. With a share <c>r</c> of refused items an item costs
/// <c>L(n)/n + r·X(n)</c>, and the size with the least is taken. For <c>L(n) = a + b·n</c> that is about
/// <c>n = √(a / (1.5·b·r))</c>: where only items cost, short runs lose nothing; where runs cost, hardly anything shrinks
/// until refusals are common. The share is a mean over ten seconds.
/// </summary>
sealed class Refusals(CostModel cost)
{
    const double MemorySeconds = 10;
    const double LevelRuns = 1.5;

    /// <summary>So few that they are as good as forgotten.</summary>
    const double Forgotten = 0.01;

    double _refused, _items;
    TimeSpan _at;

    public void Ran(TimeSpan now, int items)
    {
        Decay(now);
        _items += items;
    }

    public void Refused(TimeSpan now, int items)
    {
        Decay(now);
        _refused += items;
        _items += items;
    }

    /// <summary>The most items that a run is worth, up to <paramref name="most"/>.</summary>
    public int Bound(TimeSpan now, int bucket, int most)
    {
        Decay(now);
        if (_refused < Forgotten)
            return most;

        var share = _refused / _items;
        var best = most;
        var least = ItemCost(bucket, most, share);
        foreach (var items in cost.RunSizes)
        {
            if (items < most && ItemCost(bucket, items, share) is var other && other < least)
                (best, least) = (items, other);
        }

        return best;
    }

    double ItemCost(int bucket, int items, double share)
    {
        var isolating = Milliseconds(bucket, 1);
        for (var half = items / 2.0; half >= 1; half /= 2)
            isolating += LevelRuns * Milliseconds(bucket, half);

        return (Milliseconds(bucket, items) / items) + (share * isolating);
    }

    double Milliseconds(int bucket, double items) => cost.Predict(bucket, items).TotalMilliseconds;

    void Decay(TimeSpan now)
    {
        var seconds = (now - _at).TotalSeconds;
        if (seconds <= 0)
            return;

        var kept = Math.Exp(-seconds / MemorySeconds);
        (_refused, _items, _at) = (_refused * kept, _items * kept, now);
    }
}
