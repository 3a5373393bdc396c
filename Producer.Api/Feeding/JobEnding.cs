using SkillAi.Queue.Contracts.Events;
using SkillAi.Queue.Producer.Telemetry;
using SkillAi.Queue.Transport.Blobs;
using SkillAi.Queue.Transport.Events;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Feeding;

/// <summary>What is left to do when a job has ended: its spool goes, it leaves the list of open jobs, and whoever
/// listens is told.</summary>
sealed class JobEnding(
    JobStore jobs, IBlobStore blobs, EventBus events, FeedingMetrics metrics, TimeProvider time, ILogger<JobEnding> logger)
{
    /// <param name="notFed">Items that were still in the spool.</param>
    public async Task EndAsync(JobSnapshot job, long notFed, CancellationToken cancellationToken)
    {
        await ForgetAsync(job.Record.Id, cancellationToken);
        logger.JobEnded(job.Record.Id, job.State.ToString(), job.Answered);
        var finished = job.FinishedAt ?? time.GetUtcNow();
        metrics.JobEnded(job.Record.Model, job.State, finished - job.Record.CreatedAt);
        if (notFed > 0)
            metrics.NotFed(job.Record.Model, job.State, notFed);

        events.Publish(new JobFinished(job.Record.Id, job.State, job.Answered, finished));
    }

    /// <summary>The spool first: a job that is still listed is cleaned up again, one that is not never is.</summary>
    public async Task ForgetAsync(string job, CancellationToken cancellationToken)
    {
        await blobs.DeleteAsync(job, cancellationToken);
        await jobs.CloseAsync(job);
    }
}
