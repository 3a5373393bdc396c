using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Broker;

namespace SkillAi.Queue.Producer.Feeding;

/// <summary>Finds jobs that wait for chunks which are neither in the broker nor with a worker any more.</summary>
sealed class StuckJobs(IChunkPublisher broker, FeederOptions options)
{
    readonly Dictionary<string, Stillness> _jobs = [];

    /// <param name="elapsed">Since the last look.</param>
    /// <returns>Those to be fed again.</returns>
    public async Task<IReadOnlyList<JobFeed>> FindAsync(OpenJobs open, TimeSpan elapsed, CancellationToken cancellationToken)
    {
        foreach (var gone in _jobs.Keys.Except(open.Feeds.Select(feed => feed.Id)).ToArray())
            _jobs.Remove(gone);

        foreach (var feed in open.Feeds)
            Look(feed, open.LaneOf(feed), elapsed);

        var stuck = new List<JobFeed>();
        var suspects = open.Feeds.Where(feed => _jobs[feed.Id].IsSuspect).GroupBy(feed => feed.Job.Record.Model).ToArray();
        var anyAside = suspects.Length > 0 && await broker.AnyAsideAsync(cancellationToken);
        foreach (var lane in suspects)
        {
            var isEmpty = await broker.FindDepthAsync(lane.Key, Lane.Bulk, cancellationToken) is { ReadyMessages: 0 };
            stuck.AddRange(lane.Where(feed => IsStuck(feed, open.LaneOf(feed), isEmpty, anyAside)));
        }

        return stuck;
    }

    void Look(JobFeed feed, LaneFeed lane, TimeSpan elapsed)
    {
        if (!_jobs.TryGetValue(feed.Id, out var stillness))
            _jobs.Add(feed.Id, stillness = new(options.RefeedAfter));

        stillness.Look(feed.Job.Answered, feed.InFlight > 0, lane.Answered, elapsed);
    }

    bool IsStuck(JobFeed feed, LaneFeed lane, bool isEmpty, bool anyAside)
    {
        var stillness = _jobs[feed.Id];
        if (!isEmpty && stillness.Passed(lane.Answered) < 2L * options.WindowItems)
            stillness.Excuse();

        if (!stillness.IsStuck(anyAside))
            return false;

        stillness.FedAgain();
        return true;
    }
}
