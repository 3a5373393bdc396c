using System.Globalization;
using SkillAi.Queue.Contracts.Jobs;
using Spectre.Console;

namespace SkillAi.Queue.Client.Commands;

/// <summary>The last words on a job whose results were fetched.</summary>
static class Summary
{
    /// <summary>Zero when every item has succeeded and its result is here.</summary>
    public static int ExitCode(JobResource job, ResultTally tally) =>
        job.State == JobState.Succeeded && job.Counts.Failed == 0 && tally.Lines == job.Counts.Total ? 0 : CommandErrors.Failed;

    /// <param name="elapsed">From the first byte sent to the last item; null: that was not this command.</param>
    public static void Write(JobResource job, ResultTally tally, TimeSpan? elapsed, string output)
    {
        var table = new Table().RoundedBorder().HideHeaders().AddColumn("").AddColumn(new TableColumn("").RightAligned());
        table.AddRow("job", job.Id);
        table.AddRow("model", Markup.Escape($"{job.Model} {job.Version}"));
        table.AddRow("items", Number(job.Counts.Total ?? job.Counts.Received));
        table.AddRow("flagged", Number(tally.Flagged));
        foreach (var (category, items) in tally.Categories)
            table.AddRow($"  {Markup.Escape(category)}", Number(items));

        table.AddRow("failed", Number(job.Counts.Failed));
        foreach (var (code, items) in tally.Failures)
            table.AddRow($"  {Markup.Escape(code)}", Number(items));

        if (elapsed is { } time)
            table.AddRow("items/s, upload included", Number((long)(tally.Lines / Math.Max(time.TotalSeconds, 1e-3))));

        if (job.MeanRunSize is { } size)
            table.AddRow("mean run size", size.ToString("0.0", CultureInfo.InvariantCulture));

        Terminal.Errors.Write(table);
        if (job.Error is { } error)
            Terminal.Complain($"The job failed: {error}");

        if (tally.FirstFailure is { } first)
            Terminal.Complain($"The first item that failed is that of index {first.Index}: {first.Message}");

        if (!job.State.IsTerminal())
            Terminal.Complain($"The job is {Name(job.State)}: these are the first {Number(tally.Lines)} results.");

        if (output != ResultsFile.StandardOutput)
            Terminal.Errors.MarkupLineInterpolated($"Results: [bold]{Path.GetFullPath(output)}[/]");
    }

    static string Name(JobState state) => state.ToString().ToLowerInvariant();

    static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
