using System.Globalization;
using SkillAi.Queue.Contracts.Jobs;
using Spectre.Console;

namespace SkillAi.Queue.Client.Commands;

/// <summary>The last words of a moderation run.</summary>
static class Summary
{
    public static void Write(JobResource job, ResultTally tally, TimeSpan elapsed, string output)
    {
        var table = new Table().RoundedBorder().HideHeaders().AddColumn("").AddColumn(new TableColumn("").RightAligned());
        table.AddRow("job", job.Id);
        table.AddRow("model", Markup.Escape($"{job.Model} {job.Version}"));
        table.AddRow("items", Number(job.Counts.Total ?? job.Counts.Received));
        table.AddRow("flagged", Number(tally.Flagged));
        foreach (var (category, items) in tally.Categories)
            table.AddRow($"  {Markup.Escape(category)}", Number(items));

        table.AddRow("failed", Number(job.Counts.Failed));
        table.AddRow("items/s, upload included", Number((long)(tally.Lines / Math.Max(elapsed.TotalSeconds, 1e-3))));
        if (job.MeanRunSize is { } size)
            table.AddRow("mean run size", size.ToString("0.0", CultureInfo.InvariantCulture));

        Terminal.Errors.Write(table);
        if (job.Error is { } error)
            Terminal.Errors.MarkupLineInterpolated($"[red]The job failed: {error}[/]");

        if (output != ResultsFile.StandardOutput)
            Terminal.Errors.MarkupLineInterpolated($"Results: [bold]{Path.GetFullPath(output)}[/]");
    }

    static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
