using System.Diagnostics;
using Prometheus;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Tracing;
using SkillAi.Queue.Worker.Models;
using SkillAi.Queue.Worker.Pipeline;

namespace SkillAi.Queue.Worker.Telemetry;

/// <summary>A worker's spans, and the exemplars that lead from a histogram to a trace.</summary>
static class WorkerTraces
{
    static readonly Exemplar.LabelKey TraceId = Exemplar.Key("trace_id");

    /// <summary>Reading a chunk that has come from the broker.</summary>
    public static Activity? Receive(Chunk chunk)
    {
        if (!Traces.HasListeners)
            return null;

        var requests = chunk.Segments.Select(segment => segment.Traceparent);
        return Traces.StartFor("receive", ActivityKind.Consumer, chunk.Job is null ? requests : [chunk.Traceparent])
            ?.SetTag("messaging.destination.name", Topology.Queue(chunk.Model, chunk.Lane))
            .SetTag("skillai.items", chunk.Items);
    }

    /// <summary>One run, from filling the device's memory to handing out its scores.</summary>
    public static Activity? Run(ServedModel model, ClosedRun run)
    {
        if (!Traces.HasListeners)
            return null;

        return Traces.StartFor("run", ActivityKind.Internal, run.Items.Select(item => item.Part.Traceparent))
            ?.SetTag("skillai.model", model.Name)
            .SetTag("skillai.version", model.Version)
            .SetTag("skillai.lane", run.Lane.Name())
            .SetTag("skillai.items", run.Items.Count)
            .SetTag("skillai.close_reason", MetricLabels.Of(run.Reason));
    }

    /// <summary>By the kind of failure: what a model says may quote an item.</summary>
    public static void Failed(this Activity? span, RunFailure failure) =>
        span?.SetStatus(ActivityStatusCode.Error, MetricLabels.Of(failure));

    /// <summary>Storing results and telling whoever waits.</summary>
    public static Activity? Commit(List<PendingChunk> chunks)
    {
        if (!Traces.HasListeners)
            return null;

        var parts = chunks.SelectMany(chunk => chunk.Parts).Select(part => part.Traceparent);
        return Traces.StartFor("commit", ActivityKind.Client, parts)?.SetTag("skillai.chunks", chunks.Count);
    }

    /// <summary>One observation for each item; one of them leads to the part's trace, if it is kept.</summary>
    public static void Observe(this Histogram.Child histogram, double seconds, int items, Part part)
    {
        if (Traces.FindSampled(part.Traceparent) is { } trace)
        {
            histogram.Observe(seconds, Exemplar.From(TraceId.WithValue(trace.TraceId.ToHexString())));
            items--;
        }

        if (items > 0)
            histogram.Observe(seconds, items);
    }
}
