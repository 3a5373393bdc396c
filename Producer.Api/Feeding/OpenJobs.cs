using SkillAi.Queue.Contracts.Jobs;
using SkillAi.Queue.Producer.Jobs;
using SkillAi.Queue.Producer.Telemetry;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Feeding;

/// <summary>The jobs that are being fed in one term of the lease, kept in step with the store.</summary>
sealed class OpenJobs(
    JobStore jobs, JobEnding ending, FeederOptions options, FeedingMetrics metrics, TimeProvider time, ILogger logger)
{
    readonly Dictionary<string, JobFeed> _feeds = [];
    readonly Dictionary<string, LaneFeed> _lanes = [];

    /// <summary>Jobs that are listed and were not there, by when that was noticed first.</summary>
    readonly Dictionary<string, long> _missing = [];

    public IReadOnlyCollection<LaneFeed> Lanes => _lanes.Values;

    public IEnumerable<JobFeed> Feeds => _feeds.Values;

    public LaneFeed LaneOf(JobFeed feed) => Lane(feed);

    public bool Contains(JobFeed feed) => _feeds.TryGetValue(feed.Id, out var open) && ReferenceEquals(open, feed);

    /// <summary>Looks at every open job.</summary>
    /// <param name="fromStart">Whether the broker knows nothing: feed again what is not answered.</param>
    public async Task RefreshAllAsync(bool fromStart, CancellationToken cancellationToken)
    {
        var open = await jobs.ListOpenAsync();
        foreach (var closed in _feeds.Keys.Except(open).ToArray())
            Drop(closed);

        await RefreshAsync(open, isListed: true, fromStart, cancellationToken);
    }

    /// <summary>Looks at jobs that moved.</summary>
    public Task RefreshAsync(IReadOnlyCollection<string> moved, CancellationToken cancellationToken) =>
        RefreshAsync(moved, isListed: false, fromStart: false, cancellationToken);

    /// <summary>Feeds again, from the spool, what of a job is not answered. What still is on its way somewhere is
    /// answered twice then, and the first outcome counts.</summary>
    public async Task FeedAgainAsync(JobFeed feed)
    {
        logger.JobFedAgain(feed.Id, feed.InFlight);
        metrics.JobFedAgain(feed.InFlight);
        Drop(feed.Id);
        await AddAsync(feed.Job, cursor: 0);
    }

    /// <summary>Ends a job whose input is gone.</summary>
    public async Task FailAsync(string job, string reason)
    {
        logger.JobFailed(job, reason);
        await jobs.FailAsync(job, reason);
    }

    async Task RefreshAsync(
        IReadOnlyCollection<string> ids, bool isListed, bool fromStart, CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(ids.Select(async id => (Id: id, Job: (await jobs.FindAsync(id)).Found)));
        foreach (var (id, job) in found)
        {
            if (job is null && isListed && MayYetCome(id))
                continue;

            _missing.Remove(id);
            if (job is null || job.State.IsTerminal())
                await CloseAsync(id, job, isListed, cancellationToken);
            else if (time.GetUtcNow() > job.Record.ExpiresAt + JobTimes.LastAnswers)
                await jobs.ExpireAsync(id);
            else if (job.State == JobState.Receiving && IsDead(job))
                await FailUploadAsync(id);
            else
                await UpdateAsync(job, fromStart);
        }
    }

    /// <summary>What has come to life since it was looked at is left alone.</summary>
    async Task FailUploadAsync(string job)
    {
        if (await jobs.FailUploadAsync(job, JobUpload.Incomplete) == JobState.Failed)
            logger.JobFailed(job, JobUpload.Incomplete);
    }

    /// <summary>A job is stored before it is listed. One that is listed all the same and not there is waited for a while:
    /// taken off too early it would never be fed.</summary>
    bool MayYetCome(string id)
    {
        _missing.TryAdd(id, time.GetTimestamp());
        return time.GetElapsedTime(_missing[id]) < JobTimes.UploadPatience;
    }

    async Task UpdateAsync(JobSnapshot job, bool fromStart)
    {
        if (!_feeds.TryGetValue(job.Record.Id, out var feed))
        {
            await AddAsync(job, fromStart ? 0 : job.FedChunks);
            return;
        }

        Lane(feed).Answered += Passed(feed.Job, job);
        await UpdateAsync(feed, job);
    }

    async Task AddAsync(JobSnapshot job, int cursor)
    {
        var feed = await StartAsync(job, cursor);
        _feeds.Add(feed.Id, feed);
        metrics.JobFed(job.Record.Model);
        Lane(feed).Policy.Add(feed);
        await UpdateAsync(feed, job);
    }

    async Task<JobFeed> StartAsync(JobSnapshot job, int cursor)
    {
        // Read also where the cursor stands: one that was put back must not have all behind it run again.
        var done = job.DoneChunks > 0 ? await jobs.ReadDoneChunksAsync(job.Record.Id) : [];
        return new(job, cursor, [.. done.Where(chunk => chunk >= cursor)]);
    }

    async Task UpdateAsync(JobFeed feed, JobSnapshot job)
    {
        feed.Update(job, starts: null);
        if (feed.LacksStarts)
            feed.Update(job, await jobs.ReadChunkStartsAsync(feed.Id));
    }

    /// <summary>A job that has ended is cleaned up once: when it was being fed here, or when it still is on the list.</summary>
    async Task CloseAsync(string id, JobSnapshot? job, bool isListed, CancellationToken cancellationToken)
    {
        var feed = _feeds.GetValueOrDefault(id);
        if (job is not null && feed is not null)
            Lane(feed).Answered += Passed(feed.Job, job);

        if (!Drop(id) && !isListed)
            return;

        if (job is null)
        {
            await ending.ForgetAsync(id, cancellationToken);
            return;
        }

        var notFed = await CountNotFedAsync(feed, job);
        await ending.EndAsync(job, notFed, cancellationToken);
    }

    /// <summary>Items that passed through the lane between two looks. An end that comes early answers all that is pending,
    /// wherever it stands.</summary>
    static long Passed(JobSnapshot before, JobSnapshot now) => Math.Max(0, now.State.IsTerminal()
        ? now.Succeeded + now.Failed - before.Succeeded - before.Failed
        : now.Answered - before.Answered);

    /// <summary>Of a job that was over before this instance knew it, the cursor in the store tells.</summary>
    async Task<long> CountNotFedAsync(JobFeed? feed, JobSnapshot job)
    {
        if (job.DoneChunks == job.Chunks)
            return 0;

        feed ??= await StartAsync(job, job.FedChunks);
        await UpdateAsync(feed, job);
        return feed.NotFed;
    }

    bool Drop(string id)
    {
        if (!_feeds.Remove(id, out var feed))
            return false;

        // The lane stays: it may have publishes in flight, and an empty one costs nothing.
        Lane(feed).Policy.Remove(feed);
        return true;
    }

    bool IsDead(JobSnapshot upload) => time.GetUtcNow() - upload.TouchedAt
        > (upload.Record.IsResumable ? JobTimes.ResumePatience : JobTimes.UploadPatience);

    LaneFeed Lane(JobFeed feed)
    {
        var model = feed.Job.Record.Model;
        if (!_lanes.TryGetValue(model, out var lane))
            _lanes.Add(model, lane = new(model, options, time));

        return lane;
    }
}
