using System.Collections.Concurrent;
using SkillAi.Queue.Contracts.Jobs;
using SkillAi.Queue.Producer.Hosting;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Feeding;

/// <summary>One term of the lease. A single loop owns all of its state: it is woken when a job moves or a publish
/// ends, and once a second; while jobs share a lane, or wait for room in it, every few milliseconds.</summary>
sealed class FeedingTerm(
    long epoch, JobStore jobs, OpenJobs open, StuckJobs stuck, DepthWatch depths, ChunkFeed chunks, TimeProvider time,
    ILogger logger)
{
    static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    /// <summary>Announcements of jobs that move are too few to keep a window filled that lasts for less than their distance.</summary>
    static readonly TimeSpan ShortTick = TimeSpan.FromMilliseconds(15);

    readonly Signal _signal = new();
    readonly ConcurrentQueue<string> _moved = new();
    readonly List<Publishing> _publishing = [];
    long? _lastTick;
    long _lastSize;
    volatile Dictionary<string, LaneItems> _items = [];

    /// <summary>Whether every job has been looked at, so that a refeed is under way.</summary>
    public bool HasLooked => _lastTick is not null;

    /// <summary>Items of a model's jobs in this term, as of the last tick. From whatever thread.</summary>
    public LaneItems Items(string model) => _items.GetValueOrDefault(model);

    /// <summary>Called by whatever learns that a job has moved.</summary>
    public void JobMoved(string job)
    {
        _moved.Enqueue(job);
        _signal.Set();
    }

    /// <summary>Feeds until the lease is lost, which is told by the token or found out by the fence in the store.</summary>
    /// <param name="refeed">Done once, on the first look at the open jobs.</param>
    public async Task RunAsync(bool refeed, CancellationToken lost)
    {
        try
        {
            while (await StepAsync(refeed && _lastTick is null, lost))
                await _signal.WaitAsync(open.Lanes.Any(lane => lane.IsWatched) ? ShortTick : Tick, time, lost);
        }
        finally
        {
            await Task.WhenAll(_publishing.Select(one => one.Done)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>False when another instance feeds now.</summary>
    async Task<bool> StepAsync(bool refeed, CancellationToken lost)
    {
        try
        {
            await TakePublishedAsync();
            var isTimeToSize = time.GetElapsedTime(_lastSize) >= ShortTick;
            await RefreshAsync(refeed, isTimeToSize, lost);
            if (isTimeToSize)
                Size();

            StartPublishing(lost);
            return await AdvanceAsync();
        }
        catch (Exception outage) when (outage is StoreUnavailableException or IOException)
        {
            logger.FeedingPaused(Tick, outage.Message);
            await Task.Delay(Tick, time, lost);
            return true;
        }
    }

    async Task RefreshAsync(bool refeed, bool isTimeToSize, CancellationToken lost)
    {
        if (_lastTick is not { } last || time.GetElapsedTime(last) >= Tick)
        {
            // What moved before the list is read is seen with it.
            _moved.Clear();
            await open.RefreshAllAsync(refeed, lost);
            var elapsed = _lastTick is { } before ? time.GetElapsedTime(before) : TimeSpan.Zero;
            _lastTick = time.GetTimestamp();
            _items = open.Lanes.ToDictionary(
                lane => lane.Model, lane => new LaneItems(lane.Answered, lane.Policy.InFlight));
            foreach (var feed in stuck.Find(open.Feeds, open.LaneOf, elapsed, depths.See))
                await open.FeedAgainAsync(feed);

            await AskAsync(lost);
            return;
        }

        var moved = new HashSet<string>();
        while (_moved.TryDequeue(out var job))
            moved.Add(job);

        if (isTimeToSize)
            moved.UnionWith(open.Feeds.Where(feed => feed.InFlight > 0 && open.LaneOf(feed).IsWatched).Select(feed => feed.Id));

        if (moved.Count > 0)
            await open.RefreshAsync(moved, lost);
    }

    /// <summary>Takes what the broker has said and asks on: what stands before suspects, and how many workers lanes have,
    /// whose window is never smaller than what those hold.</summary>
    Task AskAsync(CancellationToken lost)
    {
        foreach (var lane in open.Lanes)
            lane.Workers = depths.FindDepth(lane.Model)?.Consumers ?? lane.Workers;

        return depths.AskAsync(stuck.Suspected, open.Lanes.Select(lane => lane.Model), lost);
    }

    void Size()
    {
        _lastSize = time.GetTimestamp();
        foreach (var lane in open.Lanes)
            lane.Size();
    }

    void StartPublishing(CancellationToken lost)
    {
        foreach (var lane in open.Lanes)
        {
            while (!lost.IsCancellationRequested && lane.TryTake(out var feed, out var chunk))
            {
                // The last chunk whose place was known: nobody else would announce that there are more.
                if (feed.LacksStarts)
                    JobMoved(feed.Id);

                var done = chunks.PublishAsync(feed.Job.Record, chunk, lane.NextTurn(), lost);
                _publishing.Add(new(lane, feed, chunk, done));

                // Not in the task itself: it must be over when the loop looks at it.
                _ = done.ContinueWith(
                    _ => _signal.Set(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
                    TaskScheduler.Default);
            }
        }
    }

    async Task TakePublishedAsync()
    {
        for (var i = _publishing.Count - 1; i >= 0; i--)
        {
            var one = _publishing[i];
            if (!one.Done.IsCompleted)
                continue;

            _publishing.RemoveAt(i);
            await SettleAsync(one);
        }
    }

    async Task SettleAsync(Publishing one)
    {
        try
        {
            await one.Done;
            one.Lane.Succeeded();
            one.Feed.Confirm(one.Chunk.Index);
        }
        catch (SpoolLostException lost)
        {
            // Of a job that has ended the spool is gone by right.
            one.Lane.Failed();
            one.Feed.Return(one.Chunk);
            if (open.Contains(one.Feed))
                await open.FailAsync(one.Feed.Id, lost.Message);
        }
        catch (Exception failure) when (failure is BrokerRefusedException or BrokerUnavailableException
            or StoreUnavailableException or IOException or OperationCanceledException)
        {
            one.Feed.Return(one.Chunk);
            if (one.Lane.Failed() is { } pause)
                logger.FeedingPaused(pause, failure.Message);
        }
    }

    /// <summary>Moves the cursors of all jobs whose confirmed prefix has grown.</summary>
    async Task<bool> AdvanceAsync()
    {
        var grown = open.Feeds.Where(feed => feed.Confirmed > feed.Advanced).ToArray();
        var isOurs = await Task.WhenAll(grown.Select(AdvanceAsync));
        return !isOurs.Contains(false);
    }

    async Task<bool> AdvanceAsync(JobFeed feed)
    {
        var confirmed = feed.Confirmed;
        if (await jobs.AdvanceAsync(feed.Id, confirmed, epoch))
        {
            feed.Advanced = confirmed;
            return true;
        }

        // The job may have ended; if it has not, somebody with a later epoch feeds it.
        return (await jobs.FindAsync(feed.Id)).Found is not { } job || job.State.IsTerminal();
    }

    sealed record Publishing(LaneFeed Lane, JobFeed Feed, FeedChunk Chunk, Task Done);
}
