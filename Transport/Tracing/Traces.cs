using System.Diagnostics;

namespace SkillAi.Queue.Transport.Tracing;

/// <summary>Spans of a piece of work on its way: publish, receive, run, commit. They follow the W3C trace context that
/// travels with every chunk. While nobody listens, none is made and nothing is read or allocated.</summary>
public static class Traces
{
    public const string SourceName = "SkillAi.Queue";

    /// <summary>A run may serve 256 requests; a span that names them all helps nobody.</summary>
    const int MostLinks = 16;

    static readonly ActivitySource s_source = new(SourceName);

    public static bool HasListeners => s_source.HasListeners();

    /// <summary>A span that continues one trace.</summary>
    public static Activity? Start(string name, ActivityKind kind, string? traceparent) =>
        HasListeners && ActivityContext.TryParse(traceparent, traceState: null, isRemote: true, out var parent)
            ? s_source.StartActivity(name, kind, parent)
            : null;

    /// <summary>A span for work that serves several pieces at once: it continues their trace when it is the same, else it
    /// is a trace of its own, linked to theirs. Work for callers of whom none is traced has no span.</summary>
    public static Activity? StartFor(string name, ActivityKind kind, IEnumerable<string?> traceparents)
    {
        if (!HasListeners)
            return null;

        var served = traceparents.Distinct().Select(FindSampled).OfType<ActivityContext>().Take(MostLinks).ToList();
        if (served.Count == 0)
            return null;

        return served.TrueForAll(context => context.TraceId == served[0].TraceId)
            ? s_source.StartActivity(name, kind, served[0], tags: null, Links(served.Skip(1)))
            : s_source.StartActivity(name, kind, default(ActivityContext), tags: null, Links(served));
    }

    /// <summary>The trace that somebody decided to keep; null when there is none.</summary>
    public static ActivityContext? FindSampled(string? traceparent) =>
        ActivityContext.TryParse(traceparent, traceState: null, isRemote: true, out var context)
            && context.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? context : null;

    static IEnumerable<ActivityLink> Links(IEnumerable<ActivityContext> served) =>
        served.Select(context => new ActivityLink(context));
}
