using System.IO.Pipelines;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Jobs;
using SkillAi.Queue.Producer.Idempotency;
using SkillAi.Queue.Producer.Intake;
using SkillAi.Queue.Producer.Models;
using SkillAi.Queue.Producer.Problems;
using SkillAi.Queue.Producer.Quotas;
using SkillAi.Queue.Producer.Requests;
using SkillAi.Queue.Producer.Scaling;
using SkillAi.Queue.Producer.Security;
using SkillAi.Queue.Producer.Telemetry;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Jobs;

/// <summary><c>POST /v1/jobs?model=…</c>: 202 when the whole body is in the spool. Everything that can be refused
/// without the body is refused before it is read.</summary>
sealed class UploadEndpoint(
    Tenancy tenants, ModelCatalog models, JobStore jobs, UploadStore store, TenantQuotas quotas,
    LaneWaits waits, IntakeMetrics metrics, TimeProvider time, ILogger<JobUpload> logger)
{
    public async Task UploadAsync(HttpContext context)
    {
        var call = context.Features.Get<KeyedCall>();
        var job = await FindEarlierAsync(call) switch
        {
            null or { State: JobState.Failed or JobState.Expired } => await UploadAsync(context, call),
            { State: JobState.Cancelled } ended => throw new ProblemException(Problem.JobEnded(ended.Record.Id)),
            { State: JobState.Receiving } open => await GoOnAsync(context, call, open),
            var complete => await RepeatAsync(context, call, complete),
        };
        context.Response.Headers.Location = "/v1/jobs/" + job.Record.Id;
        await context.Response.ShowAsync(StatusCodes.Status202Accepted, job);
    }

    async Task<JobSnapshot?> FindEarlierAsync(KeyedCall? call) =>
        call?.Subject is { } job ? (await jobs.FindAsync(job)).Found : null;

    async Task<JobSnapshot> UploadAsync(HttpContext context, KeyedCall? call)
    {
        var now = time.GetUtcNow();
        var query = JobQuery.Read(context.Request.Query);
        var body = JobBody.Open(context);
        var record = new JobRecord
        {
            Id = Ids.NewJob(now),
            Model = query.Model,
            Version = await models.ResolveAsync(query.Model, query.Version, Lane.Bulk, context.RequestAborted),
            CreatedAt = now,
            DeadlineAt = now + query.Deadline,
            Ttl = query.Ttl,
            Priority = query.Priority,
            IsResumable = call is not null,
            Tenant = tenants.Of(context.Request),
            Metadata = query.Metadata,
            Traceparent = context.Request.Traceparent(),
        };

        if (quotas.AddJob(record.Tenant) is { } spent)
            throw QuotaSpent(record, spent);

        await using var upload = new JobUpload(record, call, store, quotas, metrics, time, logger);
        return await RunAsync(upload, record, body, context.RequestAborted);
    }

    /// <summary>The upload of an earlier try broke off, or its process died.</summary>
    async Task<JobSnapshot> GoOnAsync(HttpContext context, KeyedCall? call, JobSnapshot job)
    {
        var body = JobBody.Open(context);
        await using var upload = new JobUpload(job.Record, call, store, quotas, metrics, time, logger) { Counted = job.Chunks };
        return await RunAsync(upload, job.Record, body, context.RequestAborted);
    }

    async Task<JobSnapshot> RunAsync(
        JobUpload upload, JobRecord record, PipeReader body, CancellationToken cancellationToken)
    {
        try
        {
            return await upload.RunAsync(body, cancellationToken);
        }
        catch (QuotaSpentException)
        {
            throw QuotaSpent(record, Quota.PendingItems);
        }
    }

    ProblemException QuotaSpent(JobRecord job, Quota quota) =>
        new(Problem.QuotaSpent(quota, quotas.Limit(quota), waits.RetryAfter(job.Model, Lane.Bulk)));

    /// <summary>An earlier try came to its end, only its answer was lost.</summary>
    static async Task<JobSnapshot> RepeatAsync(HttpContext context, KeyedCall? call, JobSnapshot job)
    {
        JobBody.Open(context);
        call?.Keep();
        if (call is not null)
            await call.RequireSameBodyAsync(context.RequestAborted);

        context.Response.Headers[HttpHeaders.IdempotencyReplayed] = "true";
        return job;
    }
}
