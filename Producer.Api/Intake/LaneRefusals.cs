using SkillAi.Queue.Contracts;
using SkillAi.Queue.Producer.Problems;
using SkillAi.Queue.Producer.Requests;
using SkillAi.Queue.Producer.Scaling;
using SkillAi.Queue.Transport.Broker;

namespace SkillAi.Queue.Producer.Intake;

/// <summary>Refuses what a lane cannot take, and says when it may.</summary>
sealed class LaneRefusals(LaneWaits waits)
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

    /// <summary>Runs what hands work to the broker; a full lane becomes an answer that says when to come again.</summary>
    public async Task GuardAsync(string model, Lane lane, Task handover)
    {
        try
        {
            await handover;
        }
        catch (BrokerRefusedException)
        {
            throw new ProblemException(Problem.QueueFull(waits.RetryAfter(model, lane)));
        }
    }
}
