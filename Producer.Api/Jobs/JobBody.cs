using System.IO.Compression;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using SkillAi.Queue.Producer.Problems;

namespace SkillAi.Queue.Producer.Jobs;

/// <summary>Opens the body of a job: lines as they are, or compressed.</summary>
static class JobBody
{
    static readonly string[] LineTypes =
    [
        "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines", "application/json",
        "application/octet-stream", "text/plain",
    ];

    static readonly string[] GzipTypes = ["application/gzip", "application/x-gzip"];

    /// <summary>Lines from the body, which may be of any size.</summary>
    public static PipeReader Open(HttpContext context)
    {
        var isGzip = IsGzip(context.Request);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null;

        return isGzip
            ? PipeReader.Create(new GZipStream(context.Request.Body, CompressionMode.Decompress, leaveOpen: true))
            : context.Request.BodyReader;
    }

    static bool IsGzip(HttpRequest request)
    {
        var isGzipType = Matches(request.ContentType, GzipTypes);
        if (request.ContentType is not null && !isGzipType && !Matches(request.ContentType, LineTypes))
            throw Unsupported("Send an item a line as application/x-ndjson.");

        return request.Headers.ContentEncoding.ToString() switch
        {
            "" or "identity" => isGzipType,
            "gzip" or "x-gzip" when !isGzipType => true,
            _ => throw Unsupported("Content-Encoding may be gzip, once."),
        };
    }

    static bool Matches(string? type, string[] types) =>
        MediaTypeHeaderValue.TryParse(type, out var parsed)
        && types.Contains(parsed.MediaType.Value, StringComparer.OrdinalIgnoreCase);

    static ProblemException Unsupported(string detail) => new(Problem.UnsupportedMediaType(detail));
}
