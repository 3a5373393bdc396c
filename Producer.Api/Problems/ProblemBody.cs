using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.WebUtilities;

namespace SkillAi.Queue.Producer.Problems;

/// <summary>A problem as <c>application/problem+json</c>.</summary>
sealed record ProblemBody(
    string Type, string Title, int Status, string? Detail, string? Instance, string? Field, int? RetryAfter)
{
    // Never a part of an HTML page, so that quotation marks may stay readable.
    static readonly ProblemJson Json = new(new(ProblemJson.Default.Options)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public static Task WriteAsync(HttpContext context, Problem problem)
    {
        var title = problem.Title.Length > 0 ? problem.Title : ReasonPhrases.GetReasonPhrase(problem.Status);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(
            new($"/problems/{problem.Slug}", title, problem.Status, problem.Detail, context.Request.Path, problem.Field,
                problem.RetryAfter),
            Json.ProblemBody);

        var response = context.Response;
        response.StatusCode = problem.Status;
        response.ContentType = "application/problem+json";
        response.ContentLength = bytes.Length;
        response.Headers.CacheControl = "no-store";
        if (problem.RetryAfter is { } seconds)
            response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);

        return response.Body.WriteAsync(bytes, context.RequestAborted).AsTask();
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProblemBody))]
sealed partial class ProblemJson : JsonSerializerContext;
