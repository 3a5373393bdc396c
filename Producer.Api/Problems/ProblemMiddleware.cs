using System.Diagnostics.CodeAnalysis;

namespace SkillAi.Queue.Producer.Problems;

/// <summary>The edge: whatever goes wrong below leaves as a problem, and never as a stack trace.</summary>
sealed class ProblemMiddleware(
    RequestDelegate next, IHostApplicationLifetime lifetime, ILogger<ProblemMiddleware> logger)
{
    [SuppressMessage("Design", "CA1031", Justification = "The edge of the HTTP side: a caller gets an answer in any case.")]
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception exception)
        {
            await AnswerAsync(context, exception);
            return;
        }

        if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null, ContentLength: null })
            await ProblemBody.WriteAsync(context, ProblemMap.ForStatus(context.Response.StatusCode));
    }

    async Task AnswerAsync(HttpContext context, Exception exception)
    {
        // Nobody is there to read an answer.
        if (context.RequestAborted.IsCancellationRequested)
            return;

        var problem = ProblemMap.Find(exception)
            ?? (lifetime.ApplicationStopping.IsCancellationRequested ? Problem.Stopping() : null);
        if (problem is null)
        {
            problem = Problem.Unexpected();
            logger.Unexpected(exception, context.Request.Method, context.GetEndpoint()?.DisplayName);
        }

        // Half an answer must not look like a whole one: the connection is cut.
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Response.Clear();
        await ProblemBody.WriteAsync(context, problem);
    }
}
