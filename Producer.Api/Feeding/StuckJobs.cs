namespace SkillAi.Queue.Producer.Feeding;

/// <summary>Finds jobs that wait for chunks which are neither in the broker nor with a worker any more. Of a suspect,
/// time in which the broker could not say what stands before it does not count, for or against.</summary>
sealed class StuckJobs(FeederOptions options)
{
    readonly Dictionary<string, Stillness> _jobs = [];

    /// <summary>Models of the suspects at the last look: of those it must be known what stands in their queues.</summary>
    public IReadOnlyCollection<string> Suspected { get; private set; } = [];

    /// <param name="elapsed">Since the last look.</param>
    /// <param name="see">What stands before a model's jobs; null when nobody can tell.</param>
    /// <returns>Those to be fed again.</returns>
    public IReadOnlyList<JobFeed> Find(
        IEnumerable<JobFeed> feeds, Func<JobFeed, LaneFeed> laneOf, TimeSpan elapsed, Func<string, LaneSight?> see)
    {
        var open = feeds.ToDictionary(feed => feed.Id);
        foreach (var gone in _jobs.Keys.Except(open.Keys).ToArray())
            _jobs.Remove(gone);

        var stuck = open.Values.Where(feed => IsStuck(feed, laneOf(feed).Answered, elapsed, see)).ToList();
        Suspected = open.Values.Where(feed => _jobs[feed.Id].IsSuspect).Select(feed => feed.Job.Record.Model).ToHashSet();
        return stuck;
    }

    bool IsStuck(JobFeed feed, long passed, TimeSpan elapsed, Func<string, LaneSight?> see)
    {
        if (!_jobs.TryGetValue(feed.Id, out var stillness))
            _jobs.Add(feed.Id, stillness = new(options.RefeedAfter));

        var sight = see(feed.Job.Record.Model);
        var isUnknown = stillness.IsSuspect && sight is null;
        stillness.Look(feed.Job.Answered, feed.InFlight > 0, passed, isUnknown ? TimeSpan.Zero : elapsed);
        if (!stillness.IsSuspect || sight is not { } seen)
            return false;

        if (!seen.IsEmpty && stillness.Passed(passed) < 2L * options.WindowItems)
            stillness.Excuse();

        if (!stillness.IsStuck(seen.AnyAside))
            return false;

        stillness.FedAgain();
        return true;
    }
}
