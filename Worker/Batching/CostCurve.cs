namespace SkillAi.Queue.Worker.Batching;

/// <summary>What a run of n items costs at one length, in milliseconds: straight lines through one knot a rung, never
/// falling. Beyond the last knot the last slope continues.</summary>
sealed class CostCurve(IReadOnlyList<int> rungs)
{
    readonly double[] _sizes = [.. rungs.Select(rung => (double)rung)];
    readonly double[] _measured = [.. rungs.Select(_ => double.NaN)];
    readonly double[] _knots = new double[rungs.Count];

    /// <summary>Whether anything was measured yet.</summary>
    public bool IsKnown { get; private set; }

    public ReadOnlySpan<double> Knots => _knots;

    public bool IsMeasured(int items) =>
        Array.BinarySearch(_sizes, items) is var at && at >= 0 && !double.IsNaN(_measured[at]);

    /// <summary>Takes a measurement of a rung as the truth. Sizes between rungs tell nothing of their own.</summary>
    public void Set(int items, double milliseconds)
    {
        var at = Array.BinarySearch(_sizes, items);
        if (at < 0)
            return;

        _measured[at] = milliseconds;
        IsKnown = true;
        FillGaps();
    }

    public double At(double items)
    {
        if (items <= _sizes[0])
            return _knots[0];

        var at = Array.BinarySearch(_sizes, items);
        if (at >= 0)
            return _knots[at];

        var right = Math.Min(~at, _sizes.Length - 1);
        return right == 0 ? _knots[0] * items : Line(right - 1, right, items);
    }

    /// <summary>Moves the knots beside <paramref name="items"/> by a small logarithmic step, each by its nearness.</summary>
    public void Correct(double items, double step)
    {
        var at = Array.BinarySearch(_sizes, items);
        if (at < 0)
        {
            var right = Math.Min(~at, _sizes.Length - 1);
            var left = Math.Max(right - 1, 0);
            var nearness = right == left ? 1 : Math.Min(1, (items - _sizes[left]) / (_sizes[right] - _sizes[left]));
            _knots[left] *= Math.Exp(step * (1 - nearness));
            _knots[right] *= Math.Exp(step * nearness);
        }
        else
        {
            _knots[at] *= Math.Exp(step);
        }

        KeepRising();
    }

    // Unmeasured knots lie on the line through their measured neighbours. Outside of those: flat below, and above on
    // the last slope, or in proportion where a single size is known (which overestimates, the safe side).
    void FillGaps()
    {
        var left = -1;
        for (var i = 0; i < _knots.Length; i++)
        {
            if (!double.IsNaN(_measured[i]))
            {
                _knots[i] = _measured[i];
                for (var gap = left + 1; gap < i; gap++)
                    _knots[gap] = left < 0 ? _knots[i] : Line(left, i, _sizes[gap]);
                left = i;
            }
        }

        var before = left - 1;
        while (before >= 0 && double.IsNaN(_measured[before]))
            before--;
        for (var i = left + 1; i < _knots.Length; i++)
            _knots[i] = before >= 0 ? Line(before, left, _sizes[i]) : _knots[left] * _sizes[i] / _sizes[left];
        KeepRising();
    }

    void KeepRising()
    {
        for (var i = 1; i < _knots.Length; i++)
            _knots[i] = Math.Max(_knots[i], _knots[i - 1]);
    }

    double Line(int left, int right, double items) =>
        _knots[left]
        + ((_knots[right] - _knots[left]) * (items - _sizes[left]) / (_sizes[right] - _sizes[left]));
}
