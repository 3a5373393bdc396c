using SkillAi.Queue.Contracts.Jobs;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Jobs;

/// <summary>A job as callers see it, from what the store knows.</summary>
static class JobView
{
    static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    public static JobResource Create(JobSnapshot job)
    {
        var rate = Throughput(job);
        return new()
        {
            Id = job.Record.Id,
            State = job.IsPaused && !job.State.IsTerminal() ? JobState.Paused : job.State,
            Error = job.Error,
            Model = job.Record.Model,
            Version = job.Record.Version,
            Priority = job.Record.Priority,
            Counts = new(
                Total: job.State == JobState.Receiving ? null : job.Received,
                job.Received, job.Pending, job.Succeeded, job.Failed, job.Cancelled, job.Expired),
            Throughput = Math.Round(rate, 1),
            EtaSeconds = Eta(job, rate),
            MeanRunSize = job.Ran > 0 ? Math.Round((double)job.RunItems / job.Ran, 1) : null,
            CreatedAt = job.Record.CreatedAt,
            FinishedAt = job.FinishedAt,
            DeadlineAt = job.Record.DeadlineAt,
            ExpiresAt = job.FinishedAt + job.Record.Ttl,
            Metadata = job.Record.Metadata,
        };
    }

    /// <summary>Between the first and the last commit, for what came after the first: that one took time before. Workers
    /// commit in bursts, so that a shorter time than a second says nothing: then it is all from the job's beginning on.</summary>
    static double Throughput(JobSnapshot job)
    {
        if (job.FirstCommitAt is not { } first || job.LastCommitAt is not { } last)
            return 0;

        var items = job.Succeeded + job.Failed;
        if (last - first >= Shortest)
            return (items - job.FirstItems) / (last - first).TotalSeconds;

        var life = last - job.Record.CreatedAt;
        return life > TimeSpan.Zero ? items / life.TotalSeconds : 0;
    }

    static double? Eta(JobSnapshot job, double rate) =>
        job.State != JobState.Receiving && !job.IsPaused && !job.State.IsTerminal() && rate > 0 ? Math.Round(job.Pending / rate, 1) : null;
}
