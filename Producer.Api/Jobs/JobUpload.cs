using System.IO.Pipelines;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Producer.Idempotency;
using SkillAi.Queue.Producer.Problems;
using SkillAi.Queue.Producer.Quotas;
using SkillAi.Queue.Producer.Telemetry;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Jobs;

/// <summary>Takes one body in: cuts it, spools it, and ends the job as failed when the body turns out to be unusable.
/// The job comes into being with its first item. Under an idempotency key a body that breaks off leaves the job open,
/// and the next try of the call goes on with it: the cut follows from the bytes alone, so that chunks which are there
/// already are told by their position and compared.</summary>
sealed class JobUpload(
    JobRecord record, KeyedCall? call, UploadStore store, TenantQuotas quotas, IntakeMetrics metrics,
    TimeProvider time, ILogger<JobUpload> logger) : IAsyncDisposable
{
    public const string Incomplete = "input incomplete";
    public const string QuotaSpent = "quota spent";
    public const string NotGzip = "input is not valid gzip";

    readonly ChunkCutter _cutter = new();
    SpoolWriter? _spool;
    UploadPulse? _pulse;
    long _items;

    /// <summary>Chunks that an earlier try has brought in; null where this one is the first.</summary>
    public int? Counted { get; init; }

    /// <summary>The job, when its whole body is in the spool.</summary>
    /// <exception cref="ProblemException">The body holds no items, or is broken.</exception>
    public async Task<JobSnapshot> RunAsync(PipeReader body, CancellationToken cancellationToken)
    {
        try
        {
            return await ReceiveAsync(body, cancellationToken);
        }
        catch (InvalidDataException)
        {
            await FailAsync(NotGzip);
            throw new ProblemException(Problem.Malformed("Content-Encoding", "or the body's type says gzip, but the body is not valid gzip"));
        }
        catch (JobEndedException)
        {
            var isOver = await FailAsync(Incomplete);
            throw new ProblemException(isOver ? Problem.JobEnded(record.Id) : Problem.StillRunning());
        }
        catch (QuotaSpentException)
        {
            await FailAsync(QuotaSpent);
            throw;
        }
        catch (Exception failure) when (failure is not ProblemException)
        {
            await BreakOffAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _pulse?.DisposeAsync() ?? ValueTask.CompletedTask;

    async Task<JobSnapshot> ReceiveAsync(PipeReader body, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await body.ReadAsync(cancellationToken);
            foreach (var segment in read.Buffer)
            {
                _cutter.Append(segment.Span);
                await SpoolAsync(cancellationToken);
            }

            body.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return await FinishAsync(cancellationToken);
        }
    }

    async Task<JobSnapshot> FinishAsync(CancellationToken cancellationToken)
    {
        _cutter.Finish();
        await SpoolAsync(cancellationToken);
        if (_spool is null)
            throw new ProblemException(Problem.EmptyBody());
        if (_cutter.Chunks < Counted)
            throw new ProblemException(Problem.KeyReused());

        await _spool.CompleteAsync();

        // Noted before the job is complete: from then on only the fingerprint tells a repeat from another body.
        if (call is not null)
            await call.BindAsync(record.Id, isBodyRead: true);

        return await store.CompleteAsync(record.Id) ?? throw new JobEndedException();
    }

    async Task SpoolAsync(CancellationToken cancellationToken)
    {
        if (_spool is null && !_cutter.HasItems)
            return;

        _spool ??= await BeginAsync();
        while (_cutter.TryTake(out var chunk))
        {
            _items += chunk.Items;
            if (chunk.Index < Counted)
            {
                await RequireSameAsync(chunk, cancellationToken);
                continue;
            }

            if (!quotas.TryAddItems(record.Tenant, chunk.Items))
                await RefuseAsync();

            await _spool.AddAsync(chunk, cancellationToken);
            metrics.Enqueued(record.Model, Lane.Bulk, chunk.Items);
        }
    }

    async Task RefuseAsync()
    {
        if (_items <= quotas.Limit(Quota.PendingItems))
            throw new QuotaSpentException();

        await FailAsync(QuotaSpent);
        throw new ProblemException(Problem.JobTooLarge(quotas.Limit(Quota.PendingItems)));
    }

    async Task<SpoolWriter> BeginAsync()
    {
        if (call is not null)
            await call.BindAsync(record.Id, isBodyRead: false);

        // Of a job that goes on this changes nothing but what a first try that died had no time for.
        await store.CreateAsync(record);
        call?.Keep();
        _pulse = new(record.Id, store, time);
        return new(record.Id, Counted ?? 0, store);
    }

    async Task RequireSameAsync(CutChunk chunk, CancellationToken cancellationToken)
    {
        if (!await store.HoldsAsync(record.Id, chunk, cancellationToken))
            throw new ProblemException(Problem.KeyReused());
    }

    async Task BreakOffAsync()
    {
        if (call is null || _spool is null)
        {
            await FailAsync(Incomplete);
            return;
        }

        logger.UploadBroken(record.Id);
        await _spool.CompleteAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Without the caller's token: it is the caller who is gone. What fails here is found by the feeder. False
    /// when the job lives on, since another try of the call has brought its whole body in.</summary>
    async Task<bool> FailAsync(string reason)
    {
        if (_spool is null)
            return true;

        try
        {
            await _spool.CompleteAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!await store.FailAsync(record.Id, reason))
                return false;

            logger.UploadFailed(record.Id, reason);
        }
        catch (Exception outage) when (outage is StoreUnavailableException or IOException)
        {
            logger.NotFailed(record.Id, outage.Message);
        }

        return true;
    }
}

/// <summary>The job has more items than its tenant has room for.</summary>
sealed class QuotaSpentException() : Exception("The quota of pending items is spent.");
