using SkillAi.Queue.Contracts;
using SkillAi.Queue.Producer.Problems;
using SkillAi.Queue.Producer.Requests;
using SkillAi.Queue.Producer.Scaling;
using SkillAi.Queue.Producer.Telemetry;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Intake;

/// <summary>Refuses what a lane cannot take, and says when it may.</summary>
sealed class LaneRefusals(AdmissionOptions limits, LaneWaits waits, IntakeMetrics metrics)
{
    /// <exception cref="ProblemException">More waits in the priority lane than can be answered before the deadline.</exception>
    public void RequireTime(Submission submission)
    {
        if (submission.Lane != Lane.Priority)
            return;

        var wait = waits.Find(submission.Model, submission.Lane);
        if (!WaitPolicy.CanMeet(submission.Deadline, wait))
            throw new ProblemException(Problem.NoTime(WaitPolicy.RetryAfter(wait)));
    }

    /// <summary>Waits for the verdict on a request. A full lane, and a tenant's share that is used up, become an answer
    /// that says when to come again.</summary>
    public async Task GuardAsync(RequestRecord request, Task<Admission> handover)
    {
        var verdict = await VerdictAsync(handover);
        if (verdict == Admission.Admitted)
            return;

        metrics.Refused(request.Model, request.Lane, request.Items, verdict);
        var retryAfter = waits.RetryAfter(request.Model, request.Lane);
        throw new ProblemException(verdict == Admission.TenantFull
            ? Problem.TenantFull(limits.TenantItems ?? limits.LaneItems, retryAfter)
            : Problem.QueueFull(retryAfter));
    }

    /// <summary>A queue that is full by the broker's own limit refuses as a lane does.</summary>
    static async Task<Admission> VerdictAsync(Task<Admission> handover)
    {
        try
        {
            return await handover;
        }
        catch (BrokerRefusedException)
        {
            return Admission.LaneFull;
        }
    }
}
