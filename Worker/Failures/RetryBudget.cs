namespace SkillAi.Queue.Worker.Failures;

/// <summary>
/// Bounds what retries add to the load, so that a model that fails everything is not asked three times for everything.
/// Every fresh item pays in a fifth of a retry, every retried one takes out a whole one (Finagle's retry budget, gRPC's
/// retry throttling); a floor, refilled over ten seconds, lets a lane with little traffic retry a few full runs. What is
/// saved up is bounded too: an hour of health must not pay for a minute of storm.
/// <para>Durations in, decisions out: holds no clock and no lock.</para>
/// </summary>
sealed class RetryBudget
{
    const double Ratio = 0.2;
    const double Floor = 1_024;
    const double Most = 10 * Floor;
    static readonly TimeSpan Refill = TimeSpan.FromSeconds(10);

    double _balance = Floor;
    TimeSpan _seen;

    /// <summary>Items were delivered for the first time.</summary>
    public void Fresh(int items) => _balance = Math.Min(Most, _balance + (Ratio * items));

    /// <summary>Whether so many items may be tried again; if so, they are paid for.</summary>
    /// <param name="now">Time since any fixed instant.</param>
    public bool TrySpend(int items, TimeSpan now)
    {
        if (_balance < Floor)
            _balance = Math.Min(Floor, _balance + (Floor * ((now - _seen) / Refill)));

        _seen = now;
        if (_balance < items)
            return false;

        _balance -= items;
        return true;
    }
}
