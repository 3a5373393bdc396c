using SkillAi.Queue.Client;
using SkillAi.Queue.Contracts.Jobs;

namespace SkillAi.Queue.Bench.Load;

/// <param name="Elapsed">From the first byte sent to the terminal state.</param>
/// <param name="Lines">Result lines downloaded.</param>
/// <param name="InOrder">Whether every line's index was the one after the line before.</param>
sealed record JobLoadResult(JobResource Job, TimeSpan Elapsed, long Lines, bool InOrder)
{
    public double PerSecond => (Job.Counts.Total ?? 0) / Elapsed.TotalSeconds;

    /// <summary>Every item answered once, in order, counts equal.</summary>
    public bool IsExact => Job.State == JobState.Succeeded && InOrder && Lines == Job.Counts.Total
        && Job.Counts.Succeeded + Job.Counts.Failed + Job.Counts.Cancelled + Job.Counts.Expired == Lines;
}

/// <summary>One job of many items, from its first byte to its last result.</summary>
sealed class JobLoad(SkillAiClient client, TimeProvider time)
{
    static readonly TimeSpan Poll = TimeSpan.FromSeconds(30);

    public async Task<JobLoadResult> RunAsync(Stream items, string model, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var job = await client.SubmitJobAsync(items, new(model), cancellationToken);
        while (!job.State.IsTerminal())
            job = await client.GetJobAsync(job.Id, Poll, cancellationToken);

        var elapsed = time.GetElapsedTime(start);
        await using var results = await client.OpenResultsAsync(job.Id, from: 0, cancellationToken);
        var (lines, inOrder) = await ResultLines.CheckAsync(results, cancellationToken);
        return new(job, elapsed, lines, inOrder);
    }
}
