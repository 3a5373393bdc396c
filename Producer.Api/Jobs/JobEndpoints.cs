using SkillAi.Queue.Contracts.Events;
using SkillAi.Queue.Contracts.Jobs;
using SkillAi.Queue.Contracts.Wire;
using SkillAi.Queue.Producer.Hosting;
using SkillAi.Queue.Producer.Intake;
using SkillAi.Queue.Producer.Problems;
using SkillAi.Queue.Producer.Requests;
using SkillAi.Queue.Producer.Security;
using SkillAi.Queue.Transport.Events;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Jobs;

/// <summary>What can be seen of and done with a job once it is accepted.</summary>
sealed class JobEndpoints(Tenancy tenants, JobStore jobs, JobWaiter waiter, EventBus events)
{
    /// <summary><c>GET /v1/jobs[?after=ID&amp;limit=N]</c></summary>
    public async Task ListAsync(HttpContext context)
    {
        var limit = Fields.PageSize(context.Request.Query);
        var after = context.Request.Query["after"] is [{ Length: > 0 } id] ? id : null;
        if (after is not null && !Ids.IsJob(after))
            throw new ProblemException(Problem.Malformed("after", "must be the 'next' of a page"));

        // One more than asked for tells whether there is a next page.
        var found = await jobs.ListAsync(tenants.Of(context.Request), after, limit + 1);
        var page = new JobList(
            [.. found.Take(limit).Select(JobView.Create)], found.Count > limit ? found[limit - 1].Record.Id : null);
        await context.Response.WriteAsync(StatusCodes.Status200OK, page, WireJson.Default.JobList);
    }

    /// <summary><c>GET /v1/jobs/{id}[?wait=N]</c></summary>
    public async Task FindAsync(HttpContext context)
    {
        var id = context.JobId();
        var wait = Waits.Read(context.Request);
        var job = wait > TimeSpan.Zero
            ? await waiter.WaitAsync(id, wait, context.RequestAborted)
            : (await jobs.FindAsync(id)).Found();
        await context.Response.ShowAsync(StatusCodes.Status200OK, job);
    }

    /// <summary><c>POST /v1/jobs/{id}/cancel</c>: what is pending becomes cancelled; a finished job stays as it is.</summary>
    public async Task CancelAsync(HttpContext context)
    {
        var job = (await jobs.CancelAsync(context.JobId())).Found();
        if (job.State == JobState.Cancelled)
            events.Publish(new WorkCancelled(job.Record.Id));

        await context.Response.ShowAsync(StatusCodes.Status200OK, job);
    }

    /// <summary><c>POST /v1/jobs/{id}/pause</c>: nothing more of it is fed; what is on its way is finished.</summary>
    public Task PauseAsync(HttpContext context) => PauseAsync(context, isPaused: true);

    /// <summary><c>POST /v1/jobs/{id}/resume</c></summary>
    public Task ResumeAsync(HttpContext context) => PauseAsync(context, isPaused: false);

    async Task PauseAsync(HttpContext context, bool isPaused)
    {
        var job = (await jobs.PauseAsync(context.JobId(), isPaused)).Found();
        if (job.State.IsTerminal())
            throw new ProblemException(Problem.JobOver(job.Record.Id));

        await context.Response.ShowAsync(StatusCodes.Status200OK, job);
    }
}
