namespace SkillAi.Queue.Producer.Requests;

static class TraceContext
{
    /// <summary>Length of a W3C trace context; anything else is not carried on.</summary>
    const int TraceparentLength = 55;

    public static string? Traceparent(this HttpRequest request) =>
        request.Headers.TraceParent is [{ Length: TraceparentLength } value] ? value : null;
}
