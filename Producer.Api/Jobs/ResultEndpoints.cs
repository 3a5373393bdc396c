using SkillAi.Queue.Contracts.Jobs;
using SkillAi.Queue.Producer.Requests;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Jobs;

/// <summary>Result lines of a job, streamed from the store chunk by chunk, in the order of the items.</summary>
sealed class ResultEndpoints(JobStore jobs)
{
    /// <summary>Chunks a read of the store: a few hundred KB at most, whatever the job's size.</summary>
    const int Page = 16;
    const string GzipType = "application/gzip";

    /// <summary><c>GET /v1/jobs/{id}/results[?from=INDEX]</c>: while the job runs, the finished prefix.</summary>
    public async Task ResultsAsync(HttpContext context)
    {
        var job = (await jobs.FindAsync(context.JobId())).Found();
        var from = context.Request.Query["from"] is [{ Length: > 0 } text] ? Fields.AtLeast(0, "from", text) : 0;
        var isGzip = context.Request.Headers.Accept.ToString().Contains(GzipType, StringComparison.OrdinalIgnoreCase);
        var starts = await jobs.ReadChunkStartsAsync(job.Record.Id);

        Begin(context.Response, job, isGzip ? GzipType : "application/x-ndjson");
        if (HttpMethods.IsHead(context.Request.Method))
            return;

        var first = Math.Max(0, starts.AsSpan().BinarySearch(from) is var found && found >= 0 ? found : ~found - 1);
        var isEmpty = true;
        var replayed = await ReplayedLines.ReadAsync(jobs, job.Record.Id, starts);
        await foreach (var (chunk, stored) in ReadAsync(job, first, starts.Length))
        {
            var lines = await replayed.ApplyAsync(chunk, stored);
            var skip = chunk == first && starts.Length > 0 ? from - starts[first] : 0;
            isEmpty = false;
            if (isGzip)
                await ResultLines.WritePackedAsync(context.Response.BodyWriter, lines, skip, context.RequestAborted);
            else
                await ResultLines.WriteAsync(context.Response.BodyWriter, lines, skip, context.RequestAborted);
        }

        // No bytes at all are not a gzip file.
        if (isGzip && isEmpty)
            await context.Response.BodyWriter.WriteAsync(Gzip.Compress([]), context.RequestAborted);
    }

    /// <summary><c>GET /v1/jobs/{id}/errors</c>: the lines that did not succeed.</summary>
    public async Task ErrorsAsync(HttpContext context)
    {
        var job = (await jobs.FindAsync(context.JobId())).Found();
        Begin(context.Response, job, "application/x-ndjson");
        if (HttpMethods.IsHead(context.Request.Method))
            return;

        var starts = await jobs.ReadChunkStartsAsync(job.Record.Id);
        var replayed = await ReplayedLines.ReadAsync(jobs, job.Record.Id, starts);
        foreach (var chunk in await jobs.ReadErrorChunksAsync(job.Record.Id))
        {
            if ((await jobs.ReadResultsAsync(job.Record.Id, chunk, 1))[0] is { } lines)
            {
                await ResultLines.WriteFailuresAsync(
                    context.Response.BodyWriter, await replayed.ApplyAsync(chunk, lines), context.RequestAborted);
            }
        }
    }

    /// <summary>Stored chunks. A running job ends at the first one that is missing, a finished one has holes where it
    /// was cancelled.</summary>
    async IAsyncEnumerable<(int Chunk, byte[] Lines)> ReadAsync(JobSnapshot job, int first, int end)
    {
        for (var page = first; page < end; page += Page)
        {
            var chunks = await jobs.ReadResultsAsync(job.Record.Id, page, Math.Min(Page, end - page));
            for (var i = 0; i < chunks.Length; i++)
            {
                if (chunks[i] is { } lines)
                    yield return (page + i, lines);
                else if (!job.State.IsTerminal())
                    yield break;
            }
        }
    }

    static void Begin(HttpResponse response, JobSnapshot job, string type)
    {
        response.ContentType = type;
        response.Headers["skillai-model"] = job.Record.Model;
        response.Headers["skillai-version"] = job.Record.Version;
        response.Headers.Vary = "Accept";
    }
}
