using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using SkillAi.Queue.Contracts.DeadLetters;
using SkillAi.Queue.Contracts.Wire;
using SkillAi.Queue.Producer.Hosting;
using SkillAi.Queue.Producer.Problems;
using SkillAi.Queue.Producer.Security;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.DeadLetters;

/// <summary>Many dead letters at once, by filter. A call works on a bounded number and says where to go on.</summary>
sealed class DeadLetterBatchEndpoints(Tenancy tenants, DeadLetterStore letters, Replayer replayer)
{
    const int MaxBatch = 500;
    const int AtOnce = 16;
    const long MaxFilterBytes = 16 * 1024;

    /// <summary><c>POST /v1/dead-letters/replay</c> with a filter as JSON.</summary>
    public async Task ReplayAsync(HttpContext context)
    {
        var page = await FindAsync(await ReadAsync(context.Request, context.RequestAborted));
        var queued = 0;
        foreach (var group in page.Letters.Chunk(AtOnce))
            queued += (await Task.WhenAll(group.Select(letter => TryReplayAsync(letter, context.RequestAborted)))).Count(done => done);

        await AnswerAsync(context, StatusCodes.Status202Accepted, new(queued, page.Letters.Count - queued, page.Next?.ToString()));
    }

    /// <summary><c>DELETE /v1/dead-letters?reason=…</c></summary>
    public async Task DeleteAsync(HttpContext context)
    {
        var page = await FindAsync(DeadLetterQuery.ToChange(context.Request.Query, tenants.Of(context.Request)));
        var removed = await Task.WhenAll(page.Letters.Select(letter => letters.RemoveAsync(letter.Id)));
        var count = removed.Count(done => done);
        await AnswerAsync(context, StatusCodes.Status200OK, new(count, removed.Length - count, page.Next?.ToString()));
    }

    Task<DeadLetterPage> FindAsync(DeadLetterQuery query) =>
        letters.ListAsync(query.Matches, query.After, query.Since, MaxBatch);

    /// <summary>False where a replay of it alone would be a 404, 409 or 410; an outage ends the whole call.</summary>
    async Task<bool> TryReplayAsync(DeadLetter found, CancellationToken cancellationToken)
    {
        try
        {
            // The list leaves out payloads.
            if (await letters.FindAsync(found.Id) is not { } letter)
                return false;

            await replayer.ReplayAsync(letter, cancellationToken);
            return true;
        }
        catch (ProblemException)
        {
            return false;
        }
    }

    async Task<DeadLetterQuery> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (!request.HasJsonContentType())
            throw new ProblemException(Problem.UnsupportedMediaType("Send a filter as application/json."));
        if (request.Query.Keys.FirstOrDefault() is { } stray)
            throw new ProblemException(Problem.Malformed(stray, "belongs into the body, where the filter is, not into the query"));

        if (request.ContentLength == 0)
            throw new ProblemException(Problem.NoBody());

        request.HttpContext.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = MaxFilterBytes;
        using var body = await JsonDocument.ParseAsync(request.Body, default, cancellationToken);
        try
        {
            return DeadLetterQuery.ToChange(body.RootElement, tenants.Of(request));
        }
        catch (InvalidOperationException)
        {
            // Found out only when a string is decoded.
            throw new ProblemException(Problem.Unreadable("The body holds a string that is not valid UTF-8."));
        }
    }

    static Task AnswerAsync(HttpContext context, int status, DeadLetterBatch batch) =>
        context.Response.WriteAsync(status, batch, WireJson.Default.DeadLetterBatch);
}
