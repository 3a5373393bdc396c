using System.IO.Pipelines;
using SkillAi.Queue.Producer.Problems;
using SkillAi.Queue.Producer.Telemetry;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Jobs;

/// <summary>Takes one body in: cuts it, spools it, and ends the job as failed when the body turns out to be unusable.
/// The job comes into being with its first item.</summary>
sealed class JobUpload(
    JobRecord record, UploadStore store, IntakeMetrics metrics, TimeProvider time, ILogger<JobUpload> logger)
    : IAsyncDisposable
{
    public const string Incomplete = "input incomplete";
    public const string NotGzip = "input is not valid gzip";

    readonly ChunkCutter _cutter = new();
    SpoolWriter? _spool;
    UploadPulse? _pulse;

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
            throw new ProblemException(Problem.Malformed("The body is not valid gzip.", "Content-Encoding"));
        }
        catch (JobEndedException)
        {
            await FailAsync(Incomplete);
            throw new ProblemException(Problem.JobEnded(record.Id));
        }
        catch (Exception failure) when (failure is not ProblemException)
        {
            await FailAsync(Incomplete);
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

        await _spool.CompleteAsync();
        return await store.CompleteAsync(record.Id) ?? throw new JobEndedException();
    }

    async Task SpoolAsync(CancellationToken cancellationToken)
    {
        if (_spool is null)
        {
            if (!_cutter.HasItems)
                return;

            await store.CreateAsync(record);
            _pulse = new(record.Id, store, time);
            _spool = new(record.Id, first: 0, store);
        }

        while (_cutter.TryTake(out var chunk))
        {
            await _spool.AddAsync(chunk, cancellationToken);
            metrics.Enqueued(record.Model, Lane.Bulk, chunk.Items);
        }
    }

    /// <summary>Without the caller's token: it is the caller who is gone. What fails here is found by the feeder.</summary>
    async Task FailAsync(string reason)
    {
        if (_spool is null)
            return;

        logger.UploadFailed(record.Id, reason);
        try
        {
            await _spool.CompleteAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await store.FailAsync(record.Id, reason);
        }
        catch (Exception outage) when (outage is StoreUnavailableException or IOException)
        {
            logger.NotFailed(record.Id, outage.Message);
        }
    }
}
