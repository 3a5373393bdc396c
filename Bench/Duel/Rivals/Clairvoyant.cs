namespace SkillAi.Queue.Bench.Duel.Rivals;

/// <summary>
/// What a policy could reach that knows every arrival beforehand: a dynamic programme over all boundaries of
/// back-to-back batches on a time grid, without noise, on one server that is never idle. State: where the last batch
/// began and ended; a batch serves what arrived until it began. Worth: items, less a price for each priority request
/// that is late; the price is found at which at most 1 % are.
/// </summary>
sealed class Clairvoyant
{
    const double Grid = 4;
    const int PriceSteps = 6;
    readonly int _slots, _shortest, _longest, _deadlineSlots;
    readonly double[] _items;
    readonly int[] _arrivedBy;
    readonly int[] _choice;

    Clairvoyant(Scenario scenario)
    {
        _slots = (int)(scenario.Length / Grid);
        _shortest = (int)Math.Ceiling(scenario.Device.Cost(1) / Grid);
        _longest = Math.Max(_shortest, (int)(scenario.Device.Cost(scenario.MaxItems) / Grid));
        _deadlineSlots = (int)Math.Ceiling((scenario.Deadline - scenario.TransportFloor - scenario.Output) / Grid);
        _items = [.. Enumerable.Range(0, _longest + 1)
            .Select(length => Math.Min(scenario.MaxItems, scenario.Device.Largest(length * Grid)))];
        _choice = new int[(_slots + 1) * (_longest + 1)];
        var arrivals = Trace.Of(scenario).Select(request => request.Arrived).ToArray();
        _arrivedBy = new int[_slots + 2];
        for (int slot = 0, seen = 0; slot < _arrivedBy.Length; slot++)
        {
            while (seen < arrivals.Length && arrivals[seen] <= slot * Grid)
                seen++;
            _arrivedBy[slot] = seen;
        }
    }

    /// <summary>Items a second at no more than 1 % missed.</summary>
    public static double ItemsPerSecond(Scenario scenario)
    {
        var programme = new Clairvoyant(scenario);
        double low = 0, high = 12, best = 0;
        for (var i = 0; i < PriceSteps; i++)
        {
            var middle = (low + high) / 2;
            var (rate, missed) = programme.Solve(Math.Pow(2, middle));
            if (missed > 0.01)
            {
                low = middle;
                continue;
            }

            best = Math.Max(best, rate);
            high = middle;
        }

        return best;
    }

    (double Rate, double Missed) Solve(double price)
    {
        var worth = new float[_longest + 2][];
        for (var i = 0; i < worth.Length; i++)
            worth[i] = new float[_longest + 1];
        for (var start = _slots; start >= 0; start--)
        {
            var row = worth[start % worth.Length];
            for (var last = _shortest; last <= _longest; last++)
                (row[last], _choice[(start * (_longest + 1)) + last]) = Best(start, last, price, worth);
        }

        return Follow();
    }

    (float Worth, int Length) Best(int start, int last, double price, float[][] worth)
    {
        var since = Math.Max(0, start - last);
        var before = _arrivedBy[since];
        var served = _arrivedBy[start] - before;
        var most = Math.Min(_longest, _slots - start);
        var best = (Worth: 0f, Length: 0);
        for (var length = _shortest; length <= most; length++)
        {
            var value = (float)_items[length] + worth[(start + length) % worth.Length][length];
            if (served > 0)
                value -= (float)(price * Late(start, since, before, served, length));
            if (best.Length == 0 || value > best.Worth)
                best = (value, length);
        }

        return best;
    }

    int Late(int start, int since, int before, int served, int length)
    {
        var latestInTime = Math.Min(start, start + length - _deadlineSlots);
        var late = latestInTime > since ? _arrivedBy[latestInTime] - before : 0;
        return Math.Max(late, (int)(served - _items[length]));
    }

    (double Rate, double Missed) Follow()
    {
        int at = 0, last = _shortest, missed = 0, served = 0;
        var items = 0.0;
        while (at + _shortest <= _slots && _choice[(at * (_longest + 1)) + last] is > 0 and var length)
        {
            var since = Math.Max(0, at - last);
            var batch = _arrivedBy[at] - _arrivedBy[since];
            items += _items[length];
            missed += batch > 0 ? Late(at, since, _arrivedBy[since], batch, length) : 0;
            served += batch;
            (at, last) = (at + length, length);
        }

        return (items / (at * Grid) * 1000, served == 0 ? 0 : (double)missed / served);
    }
}
