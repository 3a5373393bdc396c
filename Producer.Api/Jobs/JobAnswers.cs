using SkillAi.Queue.Contracts.Jobs;
using SkillAi.Queue.Contracts.Wire;
using SkillAi.Queue.Producer.Hosting;
using SkillAi.Queue.Producer.Intake;
using SkillAi.Queue.Producer.Problems;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Jobs;

/// <summary>What the routes of a job have in common.</summary>
static class JobAnswers
{
    public static string JobId(this HttpContext context) =>
        context.Request.RouteValues["id"] is string id && Ids.IsPlausible(id)
            ? id
            : throw new ProblemException(Problem.Unknown("job"));

    public static JobSnapshot Found(this Lookup<JobSnapshot> lookup) => lookup.Found
        ?? throw new ProblemException(lookup.IsGone ? Problem.Gone("job") : Problem.Unknown("job"));

    public static Task ShowAsync(this HttpResponse response, int status, JobSnapshot job)
    {
        if (!job.State.IsTerminal())
            response.RetryAfter(1);

        return response.WriteAsync(status, JobView.Create(job), WireJson.Default.JobResource);
    }
}
