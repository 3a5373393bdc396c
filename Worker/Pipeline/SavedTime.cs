using SkillAi.Queue.Contracts;
using SkillAi.Queue.Worker.Telemetry;

namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>Device time that a chunk's items did not take because they were cancelled or had expired before they ran:
/// for each its share of a full run of its length. That is the least it would have taken; in company of fewer it would
/// have taken more.</summary>
static class SavedTime
{
    public static void Report(PendingChunk chunk, WorkerMetrics metrics)
    {
        // Nearly always nothing, which is not worth a look at every item.
        if (!chunk.Parts.Any(part => part.Counts.Cancelled + part.Counts.Expired > 0))
            return;

        var lengths = chunk.Model.Lengths;
        var worth = chunk.Model.Lanes.Worth(lengths.Count);
        for (var item = 0; item < chunk.Count; item++)
        {
            if (chunk.OutcomeOf(item) is var outcome and (Outcome.Cancelled or Outcome.Expired) && !chunk.IsLate(item))
                metrics.Saved(chunk, outcome, worth[lengths.Of(chunk.Text(item).Length)]);
        }
    }
}
