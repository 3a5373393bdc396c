using Microsoft.AspNetCore.Http.Features;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Producer.Problems;
using SkillAi.Queue.Producer.Security;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Idempotency;

/// <summary>Runs a call that carries an <c>Idempotency-Key</c> once: what its endpoint answered is answered to every
/// repeat. What the endpoint threw was not done, or an outage hides whether it was: it may be tried again, and the
/// endpoint is told what the earlier try was about to create.</summary>
sealed class KeyedCalls(KeyedCallStore store, Tenancy tenants, TimeProvider time, ILogger<KeyedCalls> logger)
{
    /// <summary>The endpoint of a route that creates something. Calls without a key pass through untouched.</summary>
    public RequestDelegate Guard(string route, RequestDelegate endpoint) => context =>
        context.Request.Headers[HttpHeaders.IdempotencyKey] is { Count: > 0 } header
            ? OnceAsync(
                context, IdempotencyKey.Scope(tenants.Of(context.Request), route, IdempotencyKey.Read(header)), endpoint)
            : endpoint(context);

    async Task OnceAsync(HttpContext context, string scope, RequestDelegate endpoint)
    {
        var holder = Guid.NewGuid().ToString("N");
        var record = await store.BeginAsync(
            scope, holder, IdempotencyKey.Digest(context.Request.QueryString.ToString()));
        await using var body = new HashingBody(context.Request.Body);
        var wire = context.Request.Body;
        context.Request.Body = body;
        var call = new KeyedCall(store, scope, holder, record, body);
        try
        {
            await (record switch
            {
                { State: KeyedCallState.Running } => throw new ProblemException(Problem.StillRunning()),
                { State: KeyedCallState.Other } => throw new ProblemException(Problem.KeyReused()),
                { Answer: { } answer } => ReplayAsync(context, call, answer),
                _ => RunAsync(context, call, endpoint),
            });
        }
        finally
        {
            context.Request.Body = wire;
        }
    }

    static async Task ReplayAsync(HttpContext context, KeyedCall call, KeyedAnswer answer)
    {
        // It is only hashed, whatever its size.
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;

        await call.RequireSameBodyAsync(context.RequestAborted);
        var response = context.Response;
        response.StatusCode = answer.Status;
        response.ContentType = answer.ContentType;
        response.ContentLength = answer.Body.Length;
        response.Headers.Location = answer.Location;
        response.Headers[HttpHeaders.IdempotencyReplayed] = "true";
        await response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }

    async Task RunAsync(HttpContext context, KeyedCall call, RequestDelegate endpoint)
    {
        context.Features.Set(call);
        using var captured = new CapturedAnswer(context);
        await using (var lease = new KeyedCallLease(call, time))
        {
            try
            {
                await UnderLeaseAsync(context, lease, endpoint);
            }
            catch (Exception failure)
            {
                captured.Restore();
                await TryAsync(call.ReleaseAsync(failure));
                throw;
            }
        }

        await TryAsync(call.FinishAsync(captured.ToAnswer()));
        await captured.SendAsync();
    }

    static async Task UnderLeaseAsync(HttpContext context, KeyedCallLease lease, RequestDelegate endpoint)
    {
        var aborted = context.RequestAborted;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(aborted, lease.Lost);
        context.RequestAborted = ended.Token;
        try
        {
            await endpoint(context);
        }
        catch (OperationCanceledException) when (lease.Lost.IsCancellationRequested)
        {
            throw new ProblemException(Problem.StillRunning());
        }
        finally
        {
            context.RequestAborted = aborted;
        }
    }

    /// <summary>What cannot be noted now costs a repeat a few seconds: it finds what this call created by itself.</summary>
    async Task TryAsync(Task noting)
    {
        try
        {
            await noting;
        }
        catch (StoreUnavailableException outage)
        {
            logger.CallNotNoted(outage.Message);
        }
    }
}
