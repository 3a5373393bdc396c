using SkillAi.Queue.Client.Input;
using SkillAi.Queue.Contracts.Jobs;
using Spectre.Console;

namespace SkillAi.Queue.Client.Commands;

sealed record ModerationSettings(string Name, InputFile Input, ResultsFile Output, JobParameters Job);

/// <summary>One job from its file to its results: upload, progress, download, summary.</summary>
sealed class ModerationRun(ServiceAddress service, ModerationSettings settings, PatientCalls calls, TimeProvider time)
{
    static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(200);

    string? _job;

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = service.Url, Timeout = Timeout.InfiniteTimeSpan };
        try
        {
            return await RunAsync(new SkillAiClient(http), cancellationToken);
        }
        catch (SkillAiException gone) when (_job is not null && gone.Status is 404 or 410)
        {
            throw new SkillAiException(gone.Status, $"The service at {service.Url} does not know job {_job} any more.");
        }
        catch (Exception cause) when (!service.IsOwn)
        {
            if (_job is not null)
                Terminal.Complain(Farewell(_job));
            else if (cause is OperationCanceledException)
                Terminal.Complain("The file was not sent as a whole: the service drops what came of it, after ten minutes at most.");

            throw;
        }
    }

    async Task<int> RunAsync(SkillAiClient client, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var job = await JobProgress.ShowAsync(settings.Name, progress => FollowAsync(client, progress, cancellationToken));
        var elapsed = time.GetElapsedTime(started);

        var tally = await new ResultDownload(client, calls).SaveAsync(job.Id, settings.Output, cancellationToken);
        Summary.Write(job, tally, elapsed, settings.Output.Path);
        return Summary.ExitCode(job, tally);
    }

    async Task<JobResource> FollowAsync(SkillAiClient client, JobProgress progress, CancellationToken cancellationToken)
    {
        var job = await new FileUpload(client, calls).SendAsync(
            settings.Input, settings.Job, progress.Sent, cancellationToken);
        Announce(job.Id);
        progress.Update(job);
        while (!job.State.IsTerminal())
        {
            await Task.Delay(Poll, time, cancellationToken);
            job = await calls.AskAsync(() => client.GetJobAsync(job.Id, wait: null, cancellationToken), cancellationToken);
            progress.Update(job);
        }

        return job;
    }

    /// <summary>A job at somebody else's service outlives this program.</summary>
    void Announce(string job)
    {
        _job = job;
        if (!service.IsOwn)
            Terminal.Errors.MarkupLineInterpolated($"Job {job} at {service.Url}");
    }

    string Farewell(string job) =>
        $"Job {job} goes on at the service. Its results: {ProgramName.Value} jobs results {job} --url {service.Url} -o FILE"
        + " (or jobs show, jobs cancel)";
}
