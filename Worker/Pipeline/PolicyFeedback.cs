using SkillAi.Queue.Worker.Batching;

namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>Tells the policies of a version what only the pipeline sees: how much time arrivals leave, how long answers
/// take to get out, and which of them were late. Not safe for concurrent use.</summary>
sealed class PolicyFeedback
{
    readonly List<BatchPolicy> _policies = [];
    readonly TransportFloor _transport = new();

    // The 90th percentile, as for run times: the inner deadline and the margin, which learns from what was late, answer
    // for the rest. The 99th would pay for the same rare pauses three times over, with a tenth of the run size, and
    // remember a cold start for as long as 256 answers take.
    readonly QuantileWindow _output = new(128, 0.9, initial: 2, minimum: 16, every: 16);

    public void Join(BatchPolicy policy) => _policies.Add(policy);

    /// <summary>What an item of each length costs in a full run, on the device that is quickest at it.</summary>
    public TimeSpan[] Worth(TimeSpan now, int lengths) =>
        [.. Enumerable.Range(0, lengths).Select(bucket => _policies.Min(policy => policy.Worth(now, bucket)))];

    public void Arrived(PendingChunk chunk, TimeSpan now)
    {
        foreach (var part in chunk.Parts)
        {
            var transport = chunk.ReceivedAt - part.EnqueuedAt;
            var floor = _transport.Add(transport);
            // From its publishing, not from its receipt: the wait in the broker is of our own making. And never less
            // than half: the first requests after a start find everything cold, and no run can make up for that.
            var time = part.Due - chunk.Received + transport;
            var budget = floor < time / 2 ? time - floor : time / 2;
            foreach (var policy in _policies)
                policy.UrgentArrived(now, part.Count, budget);
        }
    }

    public void Stored(PendingChunk chunk, TimeSpan now)
    {
        foreach (var part in chunk.Parts)
        {
            if (part.Run is not { } run)
                continue;

            _output.Add((now - run.Started - run.Duration).TotalMilliseconds);
            for (var item = 0; item < part.Count; item++)
            {
                foreach (var policy in _policies)
                    policy.Answered(late: now > part.Due);
            }
        }

        foreach (var policy in _policies)
            policy.OutputTime = TimeSpan.FromMilliseconds(_output.Value);
    }
}
