using SkillAi.Queue.Contracts;
using SkillAi.Queue.Worker.Batching;
using SkillAi.Queue.Worker.Failures;

namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>What waits for one version of a model, and the only place where its policies are asked: all of it happens
/// under one lock, held for microseconds. Receiving puts chunks in, devices close runs, completion reports back.</summary>
sealed partial class ModelLanes(LaneBuffer buffer, WorkerClock clock, Loans priority, Loans bulk)
{
    readonly Lock _gate = new();
    readonly PolicyFeedback _feedback = new();
    readonly RetryBudget _budget = new();
    bool _isDraining;
    long _successes;

    /// <summary>Runs of the version that gave answers, on any device: whether one has since tells a fault of the worker
    /// from one of an item.</summary>
    public long Successes => Interlocked.Read(ref _successes);

    public Loans LoansOf(Lane lane) => lane == Lane.Priority ? priority : bulk;

    /// <summary>Each device that serves the version brings a policy of its own.</summary>
    public void Join(BatchPolicy policy)
    {
        lock (_gate)
            _feedback.Join(policy);
    }

    /// <summary>Takes in a chunk; those that need no run at all are in <paramref name="completed"/> afterwards.</summary>
    public void Add(PendingChunk chunk, List<PendingChunk> completed)
    {
        lock (_gate)
        {
            var now = clock.Now;
            LoansOf(chunk.Lane).Took(chunk);
            if (chunk.Chunk.Attempt == 1)
                _budget.Fresh(chunk.Count);

            buffer.Add(chunk, now, completed);
            if (chunk.Lane == Lane.Priority)
                _feedback.Arrived(chunk, now);
        }
    }

    /// <summary>Closes the next run on a device.</summary>
    /// <returns>When the run is empty, the time after which, without an arrival, to ask again.</returns>
    public TimeSpan Close(ModelOnDevice device, in ModelTurn turn, ClosedRun run)
    {
        lock (_gate)
        {
            var now = clock.Now;
            if (buffer.TryTakeRetry(now, device.Policy.BulkPatience) is { } group)
            {
                buffer.Fill(run, group, now);
                if (run.IsEmpty && group.Others.Count > 0)
                    buffer.Retries.Add(group with { Items = group.Others, Others = [] });

                run.Close(group, device.Padded(run.Items.Count), device.Predict(group.Bucket, run.Items.Count));
                return TimeSpan.Zero;
            }

            var decision = device.Policy.Decide(now, buffer.View(now, turn, bulk.MayGrow, _isDraining));
            buffer.Fill(run, decision, now);
            if (decision.Items > 0 || decision.Shed > 0)
                return TimeSpan.Zero;

            var wait = Waiting(decision);
            return buffer.Retries.NextDue is { } due && due - now < wait ? Positive(due - now) : wait;
        }
    }

    /// <summary>How the version stands among others on a device.</summary>
    public ModelView Look(BatchPolicy policy)
    {
        lock (_gate)
        {
            var now = clock.Now;
            var view = buffer.View(now, default, isBulkArriving: true, _isDraining);
            var model = policy.Look(now, view.Urgent, view.Bulk, buffer.HasBulk);
            return buffer.Retries.LatestStart(now, policy.BulkPatience) is { } retry && !(model.LatestStart <= retry)
                ? model with { LatestStart = retry }
                : model;
        }
    }

    public void Completed(BatchPolicy policy, in FinishedRun run)
    {
        lock (_gate)
        {
            _successes++;
            policy.Completed(clock.Now, run);
        }
    }

    /// <summary>The model refused an item that ran alone.</summary>
    public void Refused(BatchPolicy policy)
    {
        lock (_gate)
            policy.Refused(clock.Now);
    }

    /// <summary>Takes so many retries from the version's budget, if it has them.</summary>
    public bool TryPayRetry(int items)
    {
        lock (_gate)
            return _budget.TrySpend(items, clock.Now);
    }

    public void Retry(RetryGroup group)
    {
        lock (_gate)
            buffer.Retries.Add(_isDraining ? group with { Due = default } : group);
    }

    /// <summary>The run did not fit the device's memory: its items stand in front again, under a lower bound.</summary>
    public void DidNotFit(BatchPolicy policy, ClosedRun run)
    {
        lock (_gate)
        {
            policy.OutOfMemory(clock.Now, run.Rung, run.Bucket);
            buffer.Return(run);
        }
    }

    /// <summary>The warm-up found that runs above these sizes, one a length, do not fit.</summary>
    public void LimitMemory(BatchPolicy policy, IReadOnlyList<int> largest, int wanted)
    {
        lock (_gate)
        {
            for (var bucket = 0; bucket < largest.Count; bucket++)
            {
                if (largest[bucket] < wanted)
                    policy.HoldsAtMost(clock.Now, largest[bucket], bucket);
            }
        }
    }

    /// <summary>A chunk's results are stored.</summary>
    public void Stored(PendingChunk chunk)
    {
        LoansOf(chunk.Lane).Left(chunk);
        if (chunk.Lane == Lane.Bulk)
            return;

        lock (_gate)
            _feedback.Stored(chunk, clock.Now);
    }

    /// <inheritdoc cref="PolicyFeedback.Worth"/>
    public TimeSpan[] Worth(int lengths)
    {
        lock (_gate)
            return _feedback.Worth(clock.Now, lengths);
    }

    /// <summary>The worker is stopping: what has begun is finished without waiting for company, and what has not is
    /// returned, to go back to the broker.</summary>
    public IReadOnlyCollection<PendingChunk> Drain()
    {
        lock (_gate)
        {
            _isDraining = true;
            buffer.Retries.Hurry();
            return buffer.RemoveUnstarted();
        }
    }

    public bool IsEmpty
    {
        get
        {
            lock (_gate)
                return buffer.IsEmpty;
        }
    }

    /// <summary>Items that wait for a run.</summary>
    public int WaitingIn(Lane lane)
    {
        lock (_gate)
            return buffer.WaitingIn(lane);
    }

    public PolicyState Describe(BatchPolicy policy)
    {
        lock (_gate)
            return policy.Describe(clock.Now);
    }

    static TimeSpan Waiting(in RunDecision decision) => decision.Wait < TimeSpan.Zero ? TimeSpan.MaxValue : decision.Wait;

    static TimeSpan Positive(TimeSpan span) => span > TimeSpan.Zero ? span : TimeSpan.Zero;
}
