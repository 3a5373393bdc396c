using SkillAi.Queue.Contracts.Events;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Producer.Intake;
using SkillAi.Queue.Producer.Problems;
using SkillAi.Queue.Transport.Events;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Requests;

/// <summary>What can be done with a request once it is accepted.</summary>
sealed class RequestEndpoints(RequestStore store, RequestWaiter waiter, EventBus events)
{
    /// <summary><c>GET /v1/requests/{id}[?wait=N]</c></summary>
    public async Task FindAsync(HttpContext context)
    {
        var id = Id(context);
        var wait = Waits.Read(context.Request);
        var resource = wait > TimeSpan.Zero
            ? await waiter.WaitAsync(id, wait, context.RequestAborted)
            : (await store.FindAsync(id)).Found();
        await context.Response.ShowAsync(StatusCodes.Status200OK, resource);
    }

    /// <summary><c>DELETE /v1/requests/{id}</c>: cancels; on a finished request it changes nothing.</summary>
    public async Task CancelAsync(HttpContext context)
    {
        var resource = (await store.CancelAsync(Id(context))).Found();
        if (resource.State == RequestState.Cancelled)
            events.Publish(new WorkCancelled(resource.Id));

        await context.Response.ShowAsync(StatusCodes.Status200OK, resource);
    }

    static string Id(HttpContext context) =>
        context.Request.RouteValues["id"] is string id && Ids.IsPlausible(id)
            ? id
            : throw new ProblemException(Problem.Unknown("request"));
}
