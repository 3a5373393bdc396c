using System.Globalization;
using SkillAi.Queue.Contracts.Jobs;
using Spectre.Console;

namespace SkillAi.Queue.Client.Commands;

/// <summary>Shows how a job comes along: a bar with rate and remaining time on a terminal, nothing elsewhere.</summary>
sealed class JobProgress(ProgressTask task, string name)
{
    public static Task<JobResource> ShowAsync(string name, Func<JobProgress, Task<JobResource>> follow) =>
        Terminal.Errors.Progress()
            .Columns(
                new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(),
                new SpinnerColumn())
            .StartAsync(context => follow(new(context.AddTask(Markup.Escape(name)), name)));

    /// <summary>While the body is on its way, its total is unknown.</summary>
    public void Sent(long bytes)
    {
        task.IsIndeterminate = true;
        Describe(string.Create(CultureInfo.InvariantCulture, $"sent {bytes / 1e6:0.0} MB"));
    }

    public void Update(JobResource job)
    {
        var total = job.Counts.Total ?? job.Counts.Received;
        task.IsIndeterminate = false;
        task.MaxValue = Math.Max(1, total);
        task.Value = total - job.Counts.Pending;
        Describe(string.Create(
            CultureInfo.InvariantCulture,
            $"{total - job.Counts.Pending:N0} of {total:N0} items, {job.Throughput:N0} items/s{Remaining(job)}"));
    }

    static string Remaining(JobResource job) => job.EtaSeconds is { } seconds && job.Counts.Pending > 0
        ? string.Create(CultureInfo.InvariantCulture, $", {TimeSpan.FromSeconds(Math.Ceiling(seconds)):m\\:ss} left")
        : "";

    void Describe(string facts) => task.Description = Markup.Escape($"{name}: {facts}");
}
