using Prometheus;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Jobs;

namespace SkillAi.Queue.Producer.Telemetry;

/// <summary>How long jobs took, and what had to be fed again because the broker or the store had lost it or seemed to.
/// </summary>
sealed class FeedingMetrics
{
    static readonly JobState[] Ends = [.. Enum.GetValues<JobState>().Where(state => state.IsTerminal())];

    readonly Histogram _duration;
    readonly Counter _notFed;
    readonly Counter.Child _jobs;
    readonly Counter.Child _requests;
    readonly Counter.Child _replays;

    public FeedingMetrics(IMetricFactory metrics)
    {
        var items = metrics.CreateCounter(
            MetricNames.ItemsFedAgain, "Items published again because nothing stood before them any more.", ["kind"]);
        (_jobs, _requests, _replays) = (items.WithLabels("job"), items.WithLabels("request"), items.WithLabels("replay"));
        _notFed = metrics.CreateCounter(
            MetricNames.ItemsNotFed, "Items of jobs that ended before these were fed to the workers.", ["model", "outcome"]);
        _duration = metrics.CreateHistogram(
            MetricNames.JobDuration, "From a job's first byte to its last answer.", ["model", "outcome"],
            new HistogramConfiguration { Buckets = [1, 5, 15, 60, 300, 900, 3600, 4 * 3600, 24 * 3600] });
    }

    /// <summary>Its ends begin at zero, so that a rate over the first one is right.</summary>
    public void JobFed(string model)
    {
        foreach (var end in Ends)
            _duration.WithLabels(model, Of(end));

        foreach (var end in Ends.Where(end => end != JobState.Succeeded))
            _notFed.WithLabels(model, Of(end));
    }

    public void JobEnded(string model, JobState end, TimeSpan duration) =>
        _duration.WithLabels(model, Of(end)).Observe(duration.TotalSeconds);

    public void NotFed(string model, JobState end, long items) => _notFed.WithLabels(model, Of(end)).Inc(items);

    public void JobFedAgain(long items) => _jobs.Inc(items);

    /// <param name="single">A request, or a replay.</param>
    public void FedAgain(Chunk single) => (single.Replay is null ? _requests : _replays).Inc(single.Items);

    static string Of(JobState end) => end.ToString().ToLowerInvariant();
}
