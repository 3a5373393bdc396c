using SkillAi.Queue.Producer.DeadLetters;
using SkillAi.Queue.Producer.Idempotency;
using SkillAi.Queue.Producer.Jobs;
using SkillAi.Queue.Producer.Models;
using SkillAi.Queue.Producer.Problems;
using SkillAi.Queue.Producer.Requests;
using SkillAi.Queue.Producer.Scaling;
using SkillAi.Queue.Producer.Security;

namespace SkillAi.Queue.Producer.Hosting;

public static class ProducerRoutes
{
    static readonly string[] Reads = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>The routes of the API, and problem details for everything that goes wrong, unmapped routes included.</summary>
    public static void MapProducer(this WebApplication app)
    {
        app.UseMiddleware<ProblemMiddleware>();
        app.UseMiddleware<OriginMiddleware>();
        app.UseRouting();
        app.MapRequests();
        app.MapJobs();
        app.MapDeadLetters();
        app.MapModels();
        app.MapRead("/scaling/{pool}", app.Services.GetRequiredService<ScalingEndpoint>().FindAsync);
    }

    // Plain delegates on singletons: nothing is bound, resolved or boxed for each call.
    static void MapRequests(this WebApplication app)
    {
        var submit = app.Services.GetRequiredService<SubmitEndpoint>();
        var requests = app.Services.GetRequiredService<RequestEndpoints>();

        app.MapCreate("/v1/requests", submit.SubmitAsync);
        app.MapRead("/v1/requests/{id}", requests.FindAsync);
        app.MapDelete("/v1/requests/{id}", requests.CancelAsync);
    }

    static void MapJobs(this WebApplication app)
    {
        var upload = app.Services.GetRequiredService<UploadEndpoint>();
        var jobs = app.Services.GetRequiredService<JobEndpoints>();
        var results = app.Services.GetRequiredService<ResultEndpoints>();

        app.MapCreate("/v1/jobs", upload.UploadAsync);
        app.MapRead("/v1/jobs", jobs.ListAsync);
        app.MapRead("/v1/jobs/{id}", jobs.FindAsync);
        app.MapRead("/v1/jobs/{id}/results", results.ResultsAsync);
        app.MapRead("/v1/jobs/{id}/errors", results.ErrorsAsync);
        app.MapPost("/v1/jobs/{id}/cancel", jobs.CancelAsync);
        app.MapPost("/v1/jobs/{id}/pause", jobs.PauseAsync);
        app.MapPost("/v1/jobs/{id}/resume", jobs.ResumeAsync);
    }

    static void MapDeadLetters(this WebApplication app)
    {
        var one = app.Services.GetRequiredService<DeadLetterEndpoints>();
        var many = app.Services.GetRequiredService<DeadLetterBatchEndpoints>();

        app.MapRead("/v1/dead-letters", one.ListAsync);
        app.MapDelete("/v1/dead-letters", many.DeleteAsync);
        app.MapPost("/v1/dead-letters/replay", many.ReplayAsync);
        app.MapRead("/v1/dead-letters/{id}", one.FindAsync);
        app.MapDelete("/v1/dead-letters/{id}", one.DeleteAsync);
        app.MapPost("/v1/dead-letters/{id}/replay", one.ReplayAsync);
    }

    /// <summary>A GET can be asked as HEAD too, for what it says of itself.</summary>
    static void MapRead(this WebApplication app, string route, RequestDelegate endpoint) =>
        app.MapMethods(route, Reads, endpoint);

    /// <summary>A POST that creates something may carry an idempotency key.</summary>
    static void MapCreate(this WebApplication app, string route, RequestDelegate endpoint) =>
        app.MapPost(route, app.Services.GetRequiredService<KeyedCalls>().Guard(route, endpoint));

    static void MapModels(this WebApplication app)
    {
        var models = app.Services.GetRequiredService<ModelEndpoints>();

        app.MapRead("/v1/models", models.ListAsync);
        app.MapRead("/v1/models/{name}", models.FindAsync);
    }
}
