using SkillAi.Queue.Client;
using SkillAi.Queue.Contracts.Jobs;

namespace SkillAi.Queue.Bench.Load;

/// <param name="Alone">From the first byte of each small job to its end, nothing else running.</param>
/// <param name="Beside">The same while the large job was not over.</param>
/// <param name="Large">The large job.</param>
sealed record FairnessResult(Latencies Alone, Latencies Beside, JobResource Large, TimeSpan LargeTook)
{
    public double Ratio => Beside.Percentile(50) / Alone.Percentile(50);
}

/// <summary>One tenant's large job and another's small ones, one after the other; before it, the small ones alone.</summary>
sealed class FairnessLoad(SkillAiClient large, SkillAiClient small, byte[] lines, string model, TimeProvider time)
{
    const int WarmUps = 5;
    static readonly TimeSpan Poll = TimeSpan.FromSeconds(30);

    public async Task<FairnessResult> RunAsync(
        long largeItems, int smallItems, int aloneJobs, CancellationToken cancellationToken)
    {
        var alone = new Latencies();
        for (var i = -WarmUps; i < aloneJobs; i++)
        {
            var took = await RunSmallAsync(smallItems, cancellationToken);
            if (i >= 0)
                alone.Add(took);
        }

        var start = time.GetTimestamp();
        var running = RunLargeAsync(largeItems, cancellationToken);
        await UnderWayAsync(running, cancellationToken);
        var beside = new Latencies();
        while (true)
        {
            var took = await RunSmallAsync(smallItems, cancellationToken);
            if (running.IsCompleted)
                break;

            beside.Add(took);
        }

        return new(alone, beside, await running, time.GetElapsedTime(start));
    }

    async Task<TimeSpan> RunSmallAsync(int items, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var job = await EndAsync(small, await SubmitAsync(small, items, cancellationToken), cancellationToken);
        return job.Counts.Succeeded + job.Counts.Failed == items
            ? time.GetElapsedTime(start)
            : throw new InvalidOperationException($"A job ended as {job.State} with {job.Counts}.");
    }

    async Task<JobResource> RunLargeAsync(long items, CancellationToken cancellationToken) =>
        await EndAsync(large, await SubmitAsync(large, items, cancellationToken), cancellationToken);

    Task<JobResource> SubmitAsync(SkillAiClient client, long items, CancellationToken cancellationToken) =>
        client.SubmitJobAsync(LoopedFile.Open(lines, items, cancellationToken), new(model), cancellationToken);

    static async Task<JobResource> EndAsync(SkillAiClient client, JobResource job, CancellationToken cancellationToken)
    {
        while (!job.State.IsTerminal())
            job = await client.GetJobAsync(job.Id, Poll, cancellationToken);

        return job;
    }

    /// <summary>Its id is told when its whole body is in; until then it is found by its tenant.</summary>
    async Task UnderWayAsync(Task running, CancellationToken cancellationToken)
    {
        while (!running.IsCompleted)
        {
            var jobs = await large.ListJobsAsync(after: null, limit: 1, cancellationToken);
            if (jobs.Data is [{ Counts.Succeeded: > 0 }])
                return;

            await Task.Delay(TimeSpan.FromMilliseconds(50), time, cancellationToken);
        }
    }
}
