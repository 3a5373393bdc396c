using System.Diagnostics;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Producer.Models;
using SkillAi.Queue.Producer.Requests;
using SkillAi.Queue.Producer.Security;
using SkillAi.Queue.Producer.Telemetry;
using SkillAi.Queue.Transport.Redis;
using SkillAi.Queue.Transport.Tracing;

namespace SkillAi.Queue.Producer.Intake;

/// <summary>Takes requests in: when <see cref="AcceptAsync"/> returns, the request is stored and handed over; when it
/// throws, it was not accepted.</summary>
sealed class RequestIntake(
    ModelCatalog models, LaneRefusals refusals, LaneShards shards, Handover handover, GroupCommit bulk, IntakeMetrics metrics)
{
    /// <summary>Pins the submission to a version and gives it an identity.</summary>
    /// <param name="now">When the call arrived: deadlines count from here.</param>
    public async ValueTask<RequestRecord> PrepareAsync(
        Submission submission, DateTimeOffset now, Caller caller, CancellationToken cancellationToken)
    {
        var version = await models.ResolveAsync(
            submission.Model, submission.Version, submission.Lane, cancellationToken);
        refusals.RequireTime(submission);
        return new()
        {
            Id = RequestId.New(now, shards.Choose(submission.Model, submission.Lane, caller.Tenant)),
            Model = submission.Model,
            Version = version,
            Lane = submission.Lane,
            Items = submission.Items,
            Input = submission.Lines,
            CreatedAt = now,
            DeadlineAt = now + submission.Deadline,
            Ttl = submission.Ttl,
            Metadata = submission.Metadata,
            Tenant = caller.Tenant,
            Traceparent = caller.Traceparent,
        };
    }

    /// <param name="answer">See <see cref="Handover.RunAsync"/>.</param>
    public async Task AcceptAsync(RequestRecord record, Task<RequestOutcome?>? answer = null)
    {
        using var span = Traces.Start("publish", ActivityKind.Producer, record.Traceparent);
        if (span is not null)
            record = record with { Traceparent = span.Id };

        await refusals.GuardAsync(record, HandOverAsync(record, answer));
        metrics.Enqueued(record.Model, record.Lane, record.Items);
    }

    Task<Admission> HandOverAsync(RequestRecord record, Task<RequestOutcome?>? answer) =>
        shards.FindRefusal(record) is { } refusal ? Task.FromResult(refusal)
        : record.Lane == Lane.Priority ? OneAsync(handover.RunAsync(new([record]), answer))
        : bulk.SubmitAsync(record);

    static async Task<Admission> OneAsync(Task<Admission[]> verdicts) => (await verdicts)[0];
}
