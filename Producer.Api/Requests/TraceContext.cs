using System.Diagnostics;

namespace SkillAi.Queue.Producer.Requests;

static class TraceContext
{
    /// <summary>Length of a W3C trace context; anything else is not carried on.</summary>
    const int TraceparentLength = 55;

    /// <summary>The trace that the work belongs to: this call's own span where spans are kept, else what the caller sent.
    /// An activity without a source is nobody's span; ASP.NET makes it for its logs.</summary>
    public static string? Traceparent(this HttpRequest request) =>
        Activity.Current is { Source.Name.Length: > 0 } span ? span.Id
        : request.Headers.TraceParent is [{ Length: TraceparentLength } value] ? value : null;
}
