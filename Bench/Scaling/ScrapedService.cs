namespace SkillAi.Queue.Bench.Scaling;

/// <summary>What the triggers' queries would answer: a counter of arrivals and a gauge of what waits, both scraped every
/// 15 s, the rate over the samples of the last minute.</summary>
sealed class ScrapedService
{
    const int ScrapeSeconds = 15;
    const int RateSeconds = 60;

    readonly Queue<(int Time, double Arrived)> _samples = new();
    double _backlog;

    public void Observe(int time, double arrived, double backlog)
    {
        if (time % ScrapeSeconds != 0)
            return;

        _samples.Enqueue((time, arrived));
        while (_samples.Peek().Time <= time - RateSeconds)
            _samples.Dequeue();

        _backlog = backlog;
    }

    public double Measure(TriggerSignal signal)
    {
        if (signal == TriggerSignal.Backlog)
            return _backlog;

        var (first, last) = (_samples.Peek(), _samples.Last());
        return last.Time == first.Time ? 0 : (last.Arrived - first.Arrived) / (last.Time - first.Time);
    }
}
