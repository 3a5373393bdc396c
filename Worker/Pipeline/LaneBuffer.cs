using SkillAi.Queue.Contracts;
using SkillAi.Queue.Worker.Batching;
using SkillAi.Queue.Worker.Failures;
using SkillAi.Queue.Worker.Models.Text;

namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>What waits for one version of a model: both lanes, and failed runs to be tried again. Items that are not
/// worth running end here: expired, cancelled, or of a chunk that the broker lends to another by now; and those that
/// killed too many workers. Not safe for concurrent use.</summary>
sealed class LaneBuffer(LengthBuckets lengths, Cancellations cancellations, Suspects suspects)
{
    readonly UrgentLane _urgent = new();
    readonly BulkLane _bulk = new(lengths.Count);

    public RetryShelf Retries { get; } = new();

    public bool HasBulk => _bulk.Count > 0 || Retries.Items > 0;

    public int WaitingIn(Lane lane) =>
        (lane == Lane.Priority ? _urgent.Count : _bulk.Count) + Retries.ItemsOf(lane);

    public bool IsEmpty => _urgent.Count + _bulk.Count + Retries.Items == 0;

    /// <summary>Takes in a chunk's items, those that were read. Complete chunks go to <paramref name="completed"/>.</summary>
    public void Add(PendingChunk chunk, TimeSpan now, List<PendingChunk> completed)
    {
        Part? part = null;
        Suspect? suspect = null;
        for (var index = 0; index < chunk.Count; index++)
        {
            var item = new ItemRef(chunk, index);
            if (part != item.Part)
                (part, suspect) = (item.Part, suspects.Find(item));

            if (chunk.Fault(index) is var fault and not ItemFault.None)
                End(item, Outcome.Failed, fault, completed);
            else if (!IsWorthRunning(item, now, completed))
                continue;
            else if (suspect?.IsGuilty(item) == true)
                End(item, Outcome.Failed, ItemFault.WorkerDied, completed);
            else if (suspect?.IsSetApart == true)
                SetApart(item, now);
            else
                Enqueue(item);
        }
    }

    public ReadOnlySpan<UrgentItem> ViewUrgent(TimeSpan now) => _urgent.View(now);

    public LaneView View(TimeSpan now, in ModelTurn turn, bool isBulkArriving, bool isDraining) => new()
    {
        Urgent = _urgent.View(now),
        Bulk = _bulk.View(now),
        BulkArriving = isBulkArriving,
        Draining = isDraining,
        Cap = turn.Cap,
        WithoutFill = turn.WithoutFill,
    };

    /// <summary>Sheds and takes what was decided, in order, skipping what is not worth running any more.</summary>
    public void Fill(ClosedRun run, in RunDecision decision, TimeSpan now)
    {
        for (var shed = 0; shed < decision.Shed && _urgent.TryTake(int.MaxValue, out var late); shed++)
            End(late, Outcome.Expired, ItemFault.None, run.Completed);

        while (run.Items.Count < decision.Urgent && _urgent.TryTake(decision.Bucket, out var item))
            Take(item, run, now);

        var urgent = run.Items.Count;
        while (run.Items.Count < urgent + decision.Bulk && _bulk.TryTake(decision.Bucket, out var item))
            Take(item, run, now);

        run.Close(decision, urgent);
    }

    /// <inheritdoc cref="RetryShelf.TryTake"/>
    public RetryGroup? TryTakeRetry(TimeSpan now, TimeSpan patience) =>
        Retries.Items > 0 ? Retries.TryTake(now, _urgent.FirstDue(now), patience) : null;

    public void Fill(ClosedRun run, RetryGroup group, TimeSpan now)
    {
        foreach (var item in group.Items)
            Take(item, run, now);
    }

    /// <summary>Puts a run's items back in front.</summary>
    public void Return(ClosedRun run)
    {
        for (var i = 0; i < run.Items.Count; i++)
        {
            var item = run.Items[i];
            if (i < run.Urgent)
                Enqueue(item);
            else
                _bulk.Return(item, lengths.Of(item.Text.Length));
        }
    }

    /// <summary>Forgets the chunks of which nothing has run yet, and returns them.</summary>
    public IReadOnlyCollection<PendingChunk> RemoveUnstarted()
    {
        var unstarted = new HashSet<PendingChunk>();
        _urgent.RemoveAll(Drop);
        _bulk.RemoveAll(Drop);
        Retries.RemoveAll(Drop);
        return unstarted;

        bool Drop(ItemRef item)
        {
            if (!item.Chunk.IsStarted)
                unstarted.Add(item.Chunk);

            return !item.Chunk.IsStarted;
        }
    }

    /// <summary>Where failed runs wait, for these are tried alone too.</summary>
    void SetApart(ItemRef item, TimeSpan now) =>
        Retries.Add(new([item], item.Chunk.Lane, lengths.Of(item.Text.Length), Failures: 0, Successes: 0, now));

    void Enqueue(ItemRef item)
    {
        var bucket = lengths.Of(item.Text.Length);
        if (item.Chunk.Lane == Lane.Priority)
            _urgent.Add(item, item.Part.Due, bucket);
        else
            _bulk.Add(item, bucket);
    }

    void Take(ItemRef item, ClosedRun run, TimeSpan now)
    {
        if (!IsWorthRunning(item, now, run.Completed))
            return;

        item.Chunk.Start();
        run.Items.Add(item);
    }

    bool IsWorthRunning(ItemRef item, TimeSpan now, List<PendingChunk> completed)
    {
        if (item.Chunk.IsLost)
            item.Chunk.Model.Lanes.LoansOf(item.Chunk.Lane).Left(item.Chunk);
        else if (item.Chunk.Departure is not null)
            End(item, Outcome.Failed, ItemFault.RetriesExhausted, completed);
        else if (cancellations.Contains(item.Part.Id))
            End(item, Outcome.Cancelled, ItemFault.None, completed);
        else if (item.Part.IsExpired(now))
            End(item, Outcome.Expired, ItemFault.None, completed);
        else
            return true;

        return false;
    }

    static void End(ItemRef item, Outcome outcome, ItemFault fault, List<PendingChunk> completed)
    {
        if (item.Chunk.End(item.Index, outcome, fault))
            completed.Add(item.Chunk);
    }
}
