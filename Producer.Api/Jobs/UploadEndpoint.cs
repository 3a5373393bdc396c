using SkillAi.Queue.Contracts;
using SkillAi.Queue.Producer.Intake;
using SkillAi.Queue.Producer.Models;
using SkillAi.Queue.Producer.Requests;
using SkillAi.Queue.Producer.Security;
using SkillAi.Queue.Producer.Telemetry;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Jobs;

/// <summary><c>POST /v1/jobs?model=…</c>: 202 when the whole body is in the spool. Everything that can be refused
/// without the body is refused before it is read.</summary>
sealed class UploadEndpoint(
    Tenancy tenants, ModelCatalog models, UploadStore store, IntakeMetrics metrics, TimeProvider time,
    ILogger<JobUpload> logger)
{
    public async Task UploadAsync(HttpContext context)
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
            Tenant = tenants.Of(context.Request),
            Metadata = query.Metadata,
            Traceparent = context.Request.Traceparent(),
        };

        await using var upload = new JobUpload(record, store, metrics, time, logger);
        var job = await upload.RunAsync(body, context.RequestAborted);
        context.Response.Headers.Location = "/v1/jobs/" + record.Id;
        await context.Response.ShowAsync(StatusCodes.Status202Accepted, job);
    }
}
