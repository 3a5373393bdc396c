using SkillAi.Queue.Client.Input;
using SkillAi.Queue.Contracts.Jobs;

namespace SkillAi.Queue.Client.Commands;

sealed record ModerationSettings(string Name, InputFile Input, ResultsFile Output, JobParameters Job);

/// <summary>One job from its file to its results: upload, progress, download, summary.</summary>
sealed class ModerationRun(Uri url, ModerationSettings settings, TimeProvider time)
{
    static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = url, Timeout = Timeout.InfiniteTimeSpan };
        var client = new SkillAiClient(http);
        var started = time.GetTimestamp();
        var job = await JobProgress.ShowAsync(settings.Name, progress => FollowAsync(client, progress, cancellationToken));
        var elapsed = time.GetElapsedTime(started);

        var tally = await SaveAsync(client, job, cancellationToken);
        Summary.Write(job, tally, elapsed, settings.Output.Path);
        return job.State == JobState.Succeeded && job.Counts.Failed == 0 && tally.Lines == job.Counts.Total
            ? 0
            : CommandErrors.Failed;
    }

    async Task<JobResource> FollowAsync(SkillAiClient client, JobProgress progress, CancellationToken cancellationToken)
    {
        var counted = new CountingStream(settings.Input.Items, progress.Sent);
        var job = await client.SubmitJobAsync(
            counted, settings.Job with { IsGzip = settings.Input.IsGzip }, cancellationToken);
        progress.Update(job);
        while (!job.State.IsTerminal())
        {
            await Task.Delay(Poll, time, cancellationToken);
            job = await client.GetJobAsync(job.Id, wait: null, cancellationToken);
            progress.Update(job);
        }

        return job;
    }

    async Task<ResultTally> SaveAsync(SkillAiClient client, JobResource job, CancellationToken cancellationToken)
    {
        await using var results = await client.OpenResultsAsync(job.Id, from: 0, cancellationToken);
        return await ResultTally.CopyAsync(results, settings.Output.Begin(), cancellationToken);
    }
}
