using SkillAi.Queue.Contracts.Events;
using SkillAi.Queue.Producer.Telemetry;
using SkillAi.Queue.Transport.Blobs;
using SkillAi.Queue.Transport.Events;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Feeding;

/// <summary>What is left to do when a job has ended: its spool goes, whoever listens is told, and it leaves the list of
/// open jobs.</summary>
sealed class JobEnding(
    JobStore jobs, IBlobStore blobs, EventBus events, FeedingMetrics metrics, TimeProvider time, ILogger<JobEnding> logger)
{
    /// <summary>Told before it leaves the list: whoever dies in between has it told twice, not never.</summary>
    /// <param name="notFed">Items that were still in the spool.</param>
    public async Task EndAsync(JobSnapshot job, long notFed, CancellationToken cancellationToken)
    {
        await blobs.DeleteAsync(job.Record.Id, cancellationToken);
        var finished = job.FinishedAt ?? time.GetUtcNow();
        var told = new JobFinished(job.Record.Id, job.State, job.Answered, finished);
        events.Publish(told, told.EventId);
        await jobs.CloseAsync(job.Record.Id);
        logger.JobEnded(job.Record.Id, job.State.ToString(), job.Answered);
        metrics.JobEnded(job.Record.Model, job.State, finished - job.Record.CreatedAt);
        if (notFed > 0)
            metrics.NotFed(job.Record.Model, job.State, notFed);
    }

    /// <summary>Of a job that is gone nobody is told. The spool first: a job that is still listed is cleaned up
    /// again, one that is not never is.</summary>
    public async Task ForgetAsync(string job, CancellationToken cancellationToken)
    {
        await blobs.DeleteAsync(job, cancellationToken);
        await jobs.CloseAsync(job);
    }
}
