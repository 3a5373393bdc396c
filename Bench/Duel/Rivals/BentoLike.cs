namespace SkillAi.Queue.Bench.Duel.Rivals;

/// <summary>A dispatcher for each lane with a fitted line through its last 50 batches: it waits while that is predicted
/// to shorten the mean wait, and cancels a head that would end too late. The dispatchers share one worker and poll for
/// it, so that either may win.</summary>
sealed class BentoLike(int bulkSize) : Contestant($"BentoML-like, bulk {bulkSize}")
{
    const double UrgentLimit = 95, BulkLimit = 15_000, Poll = 1, Patience = 0.95;
    const int UrgentSize = 32;
    readonly Dispatcher _urgent = new(2 * UrgentLimit / 30, UrgentLimit / 30);
    readonly Dispatcher _bulk = new(2 * BulkLimit / 30, 0);
    readonly Chance _chance = new(77);

    public override Choice Choose(SimulatedWorker worker)
    {
        var again = double.PositiveInfinity;
        CancelLate(worker);
        var urgent = worker.Urgent.Count;
        if (urgent > 0 && urgent < UrgentSize && _urgent.Waits(urgent, worker.Now - worker.Urgent[^1].Arrived))
            (urgent, again) = (0, worker.Now + Poll);

        var bulk = Math.Min(worker.Bulk, bulkSize);
        if (bulk > 0 && bulk < bulkSize && _bulk.Waits(bulk, worker.Now - worker.OldestBulk))
            (bulk, again) = (0, worker.Now + Poll);

        if (urgent > 0 && bulk > 0 && _chance.Uniform() < 0.5)
            urgent = 0;
        if (urgent > 0)
            return Choice.Run(Math.Min(UrgentSize, urgent), 0);

        return bulk > 0 ? Choice.Run(0, bulk) : Choice.Wait(again);
    }

    public override void Ended(SimulatedWorker worker, SimulatedRun run)
    {
        if (run.Urgent.Length > 0)
            _urgent.Saw(run.Items, run.Duration, run.Start - run.Urgent.Min(request => request.Arrived));
        else
            _bulk.Saw(run.Items, run.Duration, 0);
    }

    void CancelLate(SimulatedWorker worker)
    {
        while (worker.Urgent.Count > 1
            && worker.Now - worker.Urgent[0].Arrived + _urgent.Predict(worker.Urgent.Count) >= UrgentLimit)
        {
            worker.Shed(0);
        }
    }

    sealed class Dispatcher(double slope, double intercept)
    {
        readonly Queue<(double Items, double Duration)> _batches = new();
        readonly Queue<double> _waits = new();
        double _slope = slope, _intercept = intercept;
        int _seen;

        public double Predict(int items) => _intercept + (_slope * items);

        public bool Waits(int items, double sinceLast) =>
            items * (sinceLast + Poll + _slope) <= Patience * MeanWait();

        public void Saw(int items, double duration, double wait)
        {
            _waits.Enqueue(wait);
            _batches.Enqueue((items, duration));
            if (_batches.Count > 50)
            {
                _batches.Dequeue();
                _waits.Dequeue();
            }

            if (++_seen % 5 == 0)
                Fit();
        }

        double MeanWait() => _waits.Count == 0 ? 0 : _waits.Average();

        void Fit()
        {
            var x = _batches.Average(batch => batch.Items);
            var y = _batches.Average(batch => batch.Duration);
            var sxx = _batches.Sum(batch => (batch.Items - x) * (batch.Items - x));
            if (sxx < 1e-9)
            {
                // The smallest line through one point, as least squares gives for equal sizes.
                var scale = y / ((x * x) + 1);
                (_slope, _intercept) = (Math.Max(1e-6, scale * x), Math.Max(0, scale));
                return;
            }

            var fitted = _batches.Sum(batch => (batch.Items - x) * (batch.Duration - y)) / sxx;
            (_slope, _intercept) = (Math.Max(1e-6, fitted), Math.Max(0, y - (fitted * x)));
        }
    }
}
