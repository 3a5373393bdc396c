namespace SkillAi.Queue.Worker.Batching;

/// <summary>
/// Predicts how long a run takes, per length bucket: <c>L(n) = drift · curve(n)</c>, with <c>Lhi(n) = κ · L(n)</c> as
/// the cautious figure that deadlines are checked against.
/// <list type="bullet">
/// <item>The curve comes from the warm-up sweep and is corrected slowly (log error cut at 15 %, gain 0.05).</item>
/// <item>Drift is the median of the last nine ratios of actual to curve: it follows a device that becomes slower or
/// faster within five runs and ignores single stalls.</item>
/// <item>κ is the 90th percentile of the last 256 ratios of actual to predicted, between 1 and 1.5. The margin of
/// <see cref="BatchPolicy"/> answers for the rest: a higher percentile here costs throughput under noise.</item>
/// </list>
/// One model version on one device; a new version starts from its own warm-up.
/// </summary>
public sealed class CostModel
{
    const double MaxKappa = 1.5;
    const double MaxStep = 0.15;
    const double Gain = 0.05;
    const double UnknownItemMilliseconds = 1;

    readonly int[] _rungs;
    readonly CostCurve[] _curves;
    readonly QuantileWindow _drift = new(9, 0.5, 1);
    readonly QuantileWindow _ratios = new(256, 0.9, 1.06, minimum: 32, every: 16);

    public CostModel(IReadOnlyList<int> rungs, int lengthBuckets)
    {
        _rungs = [.. rungs];
        _curves = [.. Enumerable.Range(0, lengthBuckets).Select(_ => new CostCurve(rungs))];
    }

    public ReadOnlySpan<int> RunSizes => _rungs;

    public int LengthBuckets => _curves.Length;

    public double Drift => Math.Clamp(_drift.Value, 0.2, 5);

    public double Kappa => Math.Clamp(_ratios.Value, 1, MaxKappa);

    /// <summary>Runs vary so much that no cautious figure holds: worth an alert.</summary>
    public bool IsUnpredictable => _ratios.Value >= MaxKappa;

    /// <summary>Takes the median time of a rung from the warm-up sweep (or from an earlier pod's stored curve).</summary>
    public void Warm(int bucket, int items, TimeSpan duration) =>
        _curves[bucket].Set(items, duration.TotalMilliseconds);

    /// <summary>Refines the prediction by a run that served. <paramref name="items"/> counts padding too.</summary>
    public void Learn(int bucket, int items, TimeSpan duration)
    {
        var curve = _curves[bucket];
        var actual = Math.Max(duration.TotalMilliseconds, 1e-4);
        if (!curve.IsMeasured(items) && Array.BinarySearch(_rungs, items) >= 0)
        {
            curve.Set(items, actual / Drift);
            return;
        }

        _ratios.Add(actual / Expect(bucket, items));
        _drift.Add(actual / Base(bucket, items));
        var error = Math.Log(actual / Expect(bucket, items));
        if (curve.IsKnown)
            curve.Correct(items, Gain * Math.Clamp(error, -MaxStep, MaxStep));
    }

    /// <summary>The expected time of a run; fractions of an item are allowed, for expected arrivals.</summary>
    public TimeSpan Predict(int bucket, double items) => TimeSpan.FromMilliseconds(Expect(bucket, items));

    /// <summary>The time that nine of ten runs stay below.</summary>
    public TimeSpan PredictHigh(int bucket, double items) => TimeSpan.FromMilliseconds(Kappa * Expect(bucket, items));

    /// <summary>The most items that end within <paramref name="limit"/> nine times of ten; 0 when even one does not.</summary>
    public int Largest(int bucket, TimeSpan limit) => Search(bucket, limit.TotalMilliseconds / Kappa);

    /// <summary>The most items that are expected to end within <paramref name="limit"/>; 0 when even one is not.</summary>
    public int LargestExpected(int bucket, TimeSpan limit) => Search(bucket, limit.TotalMilliseconds);

    /// <summary>The expected milliseconds of each rung, to be stored beside the model for the next pod.</summary>
    public double[] Curve(int bucket)
    {
        var curve = new double[_rungs.Length];
        for (var i = 0; i < curve.Length; i++)
            curve[i] = Expect(bucket, _rungs[i]);
        return curve;
    }

    double Expect(int bucket, double items) => Drift * Base(bucket, items);

    // An unmeasured length borrows from the next longer one, which overestimates, or else from the next shorter.
    double Base(int bucket, double items)
    {
        for (var longer = bucket; longer < _curves.Length; longer++)
        {
            if (_curves[longer].IsKnown)
                return _curves[longer].At(items);
        }

        for (var shorter = bucket - 1; shorter >= 0; shorter--)
        {
            if (_curves[shorter].IsKnown)
                return _curves[shorter].At(items);
        }

        return UnknownItemMilliseconds * Math.Max(1, items);
    }

    int Search(int bucket, double milliseconds)
    {
        int low = 0, high = _rungs[^1];
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (Expect(bucket, middle) <= milliseconds)
                low = middle;
            else
                high = middle - 1;
        }

        return low;
    }
}
