using SkillAi.Queue.Contracts.DeadLetters;
using SkillAi.Queue.Contracts.Wire;
using SkillAi.Queue.Producer.Hosting;
using SkillAi.Queue.Producer.Intake;
using SkillAi.Queue.Producer.Problems;
using SkillAi.Queue.Producer.Requests;
using SkillAi.Queue.Producer.Security;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.DeadLetters;

/// <summary>One dead letter, and the list of them.</summary>
sealed class DeadLetterEndpoints(Tenancy tenants, DeadLetterStore letters, Replayer replayer)
{
    /// <summary><c>GET /v1/dead-letters[?reason=…&amp;since=…&amp;after=…&amp;limit=N]</c></summary>
    public async Task ListAsync(HttpContext context)
    {
        var parameters = context.Request.Query;
        var query = DeadLetterQuery.ToRead(parameters, tenants.Of(context.Request));
        var page = await letters.ListAsync(query.Matches, query.After, query.Since, Fields.PageSize(parameters));
        var list = new DeadLetterList(
            [.. page.Letters.Select(letter => DeadLetterView.Create(letter, withPayload: false))], page.Next?.ToString());
        await context.Response.WriteAsync(StatusCodes.Status200OK, list, WireJson.Default.DeadLetterList);
    }

    /// <summary><c>GET /v1/dead-letters/{id}[?payload=true]</c></summary>
    public async Task FindAsync(HttpContext context)
    {
        var withPayload = DeadLetterFilterReader.Flag(context.Request.Query, "payload");
        await ShowAsync(context, StatusCodes.Status200OK, await FindLetterAsync(context), withPayload);
    }

    /// <summary><c>POST /v1/dead-letters/{id}/replay</c>: 202 when the item waits in its lane again.</summary>
    public async Task ReplayAsync(HttpContext context)
    {
        var letter = await FindLetterAsync(context);
        await replayer.ReplayAsync(letter, context.RequestAborted);
        context.Response.Headers.Location = $"/v1/dead-letters/{letter.Id}";
        await ShowAsync(context, StatusCodes.Status202Accepted, await letters.FindAsync(letter.Id) ?? letter, withPayload: false);
    }

    /// <summary><c>DELETE /v1/dead-letters/{id}</c></summary>
    public async Task DeleteAsync(HttpContext context)
    {
        var letter = await FindLetterAsync(context);
        await letters.RemoveAsync(letter.Id);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    /// <summary>Another tenant's letter does not exist for the caller.</summary>
    async Task<DeadLetter> FindLetterAsync(HttpContext context) =>
        context.Request.RouteValues["id"] is string id && Ids.IsPlausible(id)
        && await letters.FindAsync(id) is { } letter && letter.Tenant == tenants.Of(context.Request)
            ? letter
            : throw new ProblemException(Problem.Unknown("dead letter"));

    static Task ShowAsync(HttpContext context, int status, DeadLetter letter, bool withPayload) => context.Response.WriteAsync(
        status, DeadLetterView.Create(letter, withPayload), WireJson.Default.DeadLetterResource);
}
