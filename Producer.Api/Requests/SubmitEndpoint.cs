using System.Globalization;
using SkillAi.Queue.Contracts.Events;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Producer.Intake;
using SkillAi.Queue.Producer.Problems;
using SkillAi.Queue.Producer.Security;
using SkillAi.Queue.Transport.Events;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Requests;

/// <summary><c>POST /v1/requests</c>: 202 when the request is accepted, or 200 with the result for a caller who
/// prefers to wait and gets it in time.</summary>
sealed class SubmitEndpoint(
    Tenancy tenants, RequestIntake intake, RequestWaiter waiter, RequestStore store, WakeUps wakeUps, EventBus events,
    TimeProvider time, ILogger<SubmitEndpoint> logger)
{
    public async Task SubmitAsync(HttpContext context)
    {
        var now = time.GetUtcNow();
        var caller = new Caller(tenants.Of(context.Request), context.Request.Traceparent());
        var preferences = Preferences.Parse(context.Request.Headers["Prefer"]);
        var submission = await RequestBody.ReadAsync(context.Request, context.RequestAborted);
        var record = await intake.PrepareAsync(submission, now, caller, context.RequestAborted);

        if (preferences.Wait is not { } wait)
        {
            await intake.AcceptAsync(record);
            await AcceptedAsync(context, RequestViews.Queued(record));
            return;
        }

        context.Response.Headers["Preference-Applied"] =
            string.Create(CultureInfo.InvariantCulture, $"wait={(int)wait.TotalSeconds}");
        var resource = await SubmitAndWaitAsync(
            record with { ReplyTo = wakeUps.Instance }, wait, context.RequestAborted);
        await (resource.State switch
        {
            RequestState.Queued or RequestState.Running => AcceptedAsync(context, resource),
            RequestState.Expired => ProblemBody.WriteAsync(context, Problem.DeadlinePassed(resource.Id)),
            _ => context.Response.ShowAsync(StatusCodes.Status200OK, resource),
        });
    }

    async Task<RequestResource> SubmitAndWaitAsync(
        RequestRecord record, TimeSpan wait, CancellationToken cancellationToken)
    {
        // Before it is published: the answer may be here sooner than the broker's confirm.
        var ticket = wakeUps.Expect(record.Id);
        try
        {
            await intake.AcceptAsync(record);
            return await waiter.WaitAsync(ticket, RequestViews.Queued(record), wait, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await CancelAsync(record.Id);
            throw;
        }
        finally
        {
            ticket.Dispose();
        }
    }

    /// <summary>Nobody can ask for the result of a synchronous call whose caller has left: its id was never told.</summary>
    async Task CancelAsync(string id)
    {
        try
        {
            await store.CancelAsync(id);
            events.Publish(new WorkCancelled(id));
        }
        catch (StoreUnavailableException outage)
        {
            logger.NotCancelled(id, outage.Message);
        }
    }

    static Task AcceptedAsync(HttpContext context, RequestResource resource)
    {
        context.Response.Headers.Location = "/v1/requests/" + resource.Id;
        return context.Response.ShowAsync(StatusCodes.Status202Accepted, resource);
    }
}
