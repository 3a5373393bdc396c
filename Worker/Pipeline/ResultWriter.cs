using System.Buffers;
using System.IO.Compression;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Transport.Redis;
using SkillAi.Queue.Worker.Telemetry;

namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>Turns complete chunks into what the store keeps. Its buffer is used again, so one task uses it at a time.</summary>
sealed class ResultWriter(WorkerClock clock)
{
    readonly ArrayBufferWriter<byte> _lines = new(64 * 1024);

    /// <summary>Result lines of a job's chunk, as a gzip member of their own.</summary>
    public ChunkResult WriteJob(PendingChunk chunk)
    {
        _lines.ResetWrittenCount();
        var counts = default(OutcomeCounts);
        for (var item = 0; item < chunk.Count; item++)
        {
            chunk.Model.Output.Write(_lines, chunk.Chunk.First + item, chunk.Answer(item));
            _lines.Write("\n"u8);
            counts = counts.Add(chunk.OutcomeOf(item));
        }

        chunk.Parts[0].Counts = counts;
        return new(chunk.Chunk.Job!, chunk.Chunk.Index, Zip(_lines.WrittenSpan), counts, chunk.RunItems, chunk.Ran);
    }

    /// <summary>The one item of a replay: a line of its job, or an output of its request.</summary>
    public ReplayResult WriteReplay(PendingChunk chunk)
    {
        _lines.ResetWrittenCount();
        var work = chunk.Chunk;
        chunk.Model.Output.Write(_lines, work.Job is null ? null : work.First, chunk.Answer(0));
        if (work.Job is not null)
            _lines.Write("\n"u8);

        var outcome = chunk.OutcomeOf(0);
        chunk.Parts[0].Counts = default(OutcomeCounts).Add(outcome);
        return new(
            work.Replay!, work.Job, work.Index, work.Job is null ? chunk.Parts[0].Id : null, work.First, outcome,
            _lines.WrittenSpan.ToArray());
    }

    public RequestResult WriteRequest(PendingChunk chunk, Part part)
    {
        _lines.ResetWrittenCount();
        var counts = default(OutcomeCounts);
        for (var item = part.First; item < part.First + part.Count; item++)
        {
            _lines.Write(item == part.First ? "["u8 : ","u8);
            chunk.Model.Output.Write(_lines, index: null, chunk.Answer(item));
            counts = counts.Add(chunk.OutcomeOf(item));
        }

        _lines.Write("]"u8);
        part.Counts = counts;
        var outcome = new RequestOutcome(
            StateOf(counts), chunk.Chunk.Attempt, Timings(chunk, part), Facts(part.Run), new(_lines.WrittenSpan.ToArray()));
        return new(part.Id, part.Ttl, outcome, part.ReplyTo);
    }

    /// <summary>Succeeded means answered, item by item, where some may have failed; failed means that none has a result.</summary>
    static RequestState StateOf(OutcomeCounts counts) => counts switch
    {
        { Cancelled: > 0 } => RequestState.Cancelled,
        { Expired: > 0 } => RequestState.Expired,
        { Succeeded: 0 } => RequestState.Failed,
        _ => RequestState.Succeeded,
    };

    RequestTimings Timings(PendingChunk chunk, Part part) => new(
        Round(chunk.ReceivedAt - part.EnqueuedAt),
        part.Run is { } run ? Round(run.Started - chunk.Received) : 0,
        part.Run is { } last ? Round(last.Duration) : 0,
        Round(clock.UtcNow - part.EnqueuedAt));

    static RunFacts? Facts(RunRecord? run) => run is null ? null
        : new(run.Items, MetricLabels.Of(run.Reason), Round(run.Predicted));

    /// <summary>Never negative, whatever two machines' clocks say.</summary>
    static double Round(TimeSpan span) => Math.Max(0, Math.Round(span.TotalMilliseconds, 2));

    static byte[] Zip(ReadOnlySpan<byte> lines)
    {
        using var packed = new MemoryStream(lines.Length / 4);
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            zip.Write(lines);

        return packed.ToArray();
    }
}
