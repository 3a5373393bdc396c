using System.CommandLine;
using SkillAi.Queue.Client.Input;
using SkillAi.Queue.Contracts.Jobs;

namespace SkillAi.Queue.Client.Commands;

/// <summary><c>moderate FILE</c>: runs a file of items as a job and writes the results in input order.</summary>
static class ModerateCommand
{
    public static Command Create(StartService? embedded, TimeProvider time)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "NDJSON or plain text (a comment a line), also gzip-compressed; - is standard input",
        };
        var output = new Option<string?>("--output", "-o")
        {
            Description = "Results file; - is standard output. Default: FILE's name and .results.ndjson, in this folder and "
                + "without .gz (a.ndjson and a.ndjson.gz share it); for standard input: standard output",
        };
        var format = new Option<InputFormat?>("--format") { Description = "Default: by name, else by content" }
            .AsChoice(InputFormat.Ndjson, InputFormat.Text);
        var model = new Option<string>("--model") { Description = "Model", DefaultValueFactory = _ => "moderation" };
        var version = new Option<string?>("--model-version") { Description = "Version; default: the newest" };
        var priority = new Option<JobPriority>("--priority") { Description = "Among your own jobs; default: normal" }
            .AsChoice(JobPriority.Low, JobPriority.Normal, JobPriority.High);
        var url = ServiceOptions.Url(embedded);
        var patience = ServiceOptions.Patience();

        var command = new Command("moderate", "Run a file of items as a job.")
        {
            file, output, format, model, version, priority, url, patience,
        };
        command.SetAction((arguments, cancellationToken) => CommandErrors.GuardAsync(async () =>
        {
            var path = arguments.GetRequiredValue(file);
            await using var input = await InputFile.OpenAsync(path, arguments.GetValue(format), cancellationToken);
            await using var results = ResultsFile.Open(arguments.GetValue(output) ?? DefaultOutput(path), path);
            var settings = new ModerationSettings(
                Path.GetFileName(path), input, results,
                new(arguments.GetRequiredValue(model), arguments.GetValue(version), arguments.GetValue(priority)));
            await using var service = await ServiceOptions.ConnectAsync(
                arguments.GetValue(url), embedded, cancellationToken);
            var calls = new PatientCalls(time, TimeSpan.FromSeconds(arguments.GetValue(patience)));
            return await new ModerationRun(service, settings, calls, time).RunAsync(cancellationToken);
        }));
        return command;
    }

    /// <summary>The main job on a bundled file, with nothing to decide.</summary>
    public static Task<int> RunSampleAsync(
        string sample, StartService embedded, TimeProvider time, CancellationToken cancellationToken) =>
        CommandErrors.GuardAsync(async () =>
        {
            await using var input = await InputFile.OpenAsync(sample, InputFormat.Ndjson, cancellationToken);
            await using var results = ResultsFile.Open(DefaultOutput(sample), sample);
            await using var service = await ServiceOptions.ConnectAsync(null, embedded, cancellationToken);
            var settings = new ModerationSettings(Path.GetFileName(sample), input, results, new("moderation"));
            var calls = new PatientCalls(time, PatientCalls.Usual);
            return await new ModerationRun(service, settings, calls, time).RunAsync(cancellationToken);
        });

    static string DefaultOutput(string input)
    {
        if (input == InputFile.StandardInput)
            return ResultsFile.StandardOutput;

        var name = Path.GetFileName(input);
        return (name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name) + ".results.ndjson";
    }
}
