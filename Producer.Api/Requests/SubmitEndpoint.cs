using System.Globalization;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Events;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Producer.Idempotency;
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
        var call = context.Features.Get<KeyedCall>();
        if (call is not null && await FindEarlierAsync(call, context.RequestAborted) is { } earlier)
        {
            await RepeatAsync(context, earlier, preferences.Wait);
            return;
        }

        var record = await intake.PrepareAsync(submission, now, caller, context.RequestAborted);

        if (preferences.Wait is not { } wait)
        {
            await AcceptAsync(record, call);
            await AcceptedAsync(context, record.ToResource());
            return;
        }

        context.Response.Headers["Preference-Applied"] =
            string.Create(CultureInfo.InvariantCulture, $"wait={(int)wait.TotalSeconds}");
        await ShowAsync(context, await SubmitAndWaitAsync(
            record with { ReplyTo = wakeUps.Instance }, call, wait, context.RequestAborted));
    }

    async Task<RequestResource> SubmitAndWaitAsync(
        RequestRecord record, KeyedCall? call, TimeSpan wait, CancellationToken cancellationToken)
    {
        // Before it is published: the answer may be here sooner than the broker's confirm.
        var ticket = wakeUps.Expect(record.Id);
        try
        {
            await AcceptAsync(record, call, ticket.Ended);
            return await waiter.WaitAsync(ticket, record.ToResource(), wait, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && call is null)
        {
            await CancelAsync(record.Id);
            throw;
        }
        finally
        {
            ticket.Dispose();
        }
    }

    /// <summary>What an earlier try of the call created before it ended without an answer.</summary>
    async Task<RequestResource?> FindEarlierAsync(KeyedCall call, CancellationToken cancellationToken)
    {
        if (call.Subject is not { } id || (await store.FindAsync(id)).Found is not { } found)
            return null;

        call.Keep();
        await call.RequireSameBodyAsync(cancellationToken);
        return found;
    }

    async Task RepeatAsync(HttpContext context, RequestResource earlier, TimeSpan? wait)
    {
        context.Response.Headers[HttpHeaders.IdempotencyReplayed] = "true";
        await (wait is { } time
            ? ShowAsync(context, await waiter.WaitAsync(earlier.Id, time, context.RequestAborted))
            : AcceptedAsync(context, earlier));
    }

    async Task AcceptAsync(RequestRecord record, KeyedCall? call, Task<RequestOutcome?>? answer = null)
    {
        if (call is not null)
            await call.BindAsync(record.Id, isBodyRead: true);

        await intake.AcceptAsync(record, answer);
        call?.Keep();
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

    static Task ShowAsync(HttpContext context, RequestResource resource) => resource.State switch
    {
        RequestState.Queued or RequestState.Running => AcceptedAsync(context, resource),
        RequestState.Expired => ProblemBody.WriteAsync(context, Problem.DeadlinePassed(resource.Id)),
        _ => context.Response.ShowAsync(StatusCodes.Status200OK, resource),
    };

    static Task AcceptedAsync(HttpContext context, RequestResource resource)
    {
        context.Response.Headers.Location = "/v1/requests/" + resource.Id;
        return context.Response.ShowAsync(StatusCodes.Status202Accepted, resource);
    }
}
