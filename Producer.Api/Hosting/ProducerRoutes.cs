using SkillAi.Queue.Producer.Problems;
using SkillAi.Queue.Producer.Requests;

namespace SkillAi.Queue.Producer.Hosting;

public static class ProducerRoutes
{
    /// <summary>The routes of the API, and problem details for everything that goes wrong. Call it last: what nothing
    /// else has mapped is answered here.</summary>
    public static void MapProducer(this WebApplication app)
    {
        app.UseMiddleware<ProblemMiddleware>();
        app.UseRouting();
        app.MapRequests();
        app.MapFallback(context => ProblemBody.WriteAsync(context, Problem.NoRoute()));
    }

    // Plain delegates on singletons: nothing is bound, resolved or boxed for each call.
    static void MapRequests(this WebApplication app)
    {
        var submit = app.Services.GetRequiredService<SubmitEndpoint>();
        var requests = app.Services.GetRequiredService<RequestEndpoints>();

        app.MapPost("/v1/requests", submit.SubmitAsync);
        app.MapGet("/v1/requests/{id}", requests.FindAsync);
        app.MapDelete("/v1/requests/{id}", requests.CancelAsync);
    }
}
