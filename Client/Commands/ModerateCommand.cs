using System.CommandLine;
using SkillAi.Queue.Client.Input;

namespace SkillAi.Queue.Client.Commands;

/// <summary><c>moderate FILE</c>: runs a file of items as a job and writes the results in input order.</summary>
static class ModerateCommand
{
    public static Command Create(StartService? embedded, TimeProvider time)
    {
        var file = new Argument<string>("FILE") { Description = "NDJSON or plain text (a comment a line), also .gz" };
        var output = new Option<string?>("--output", "-o") { Description = "Results file; - is standard output" };
        var format = new Option<InputFormat?>("--format") { Description = "ndjson or text; default: by name, else by content" };
        var model = new Option<string>("--model") { Description = "Model", DefaultValueFactory = _ => "moderation" };
        var version = new Option<string?>("--model-version") { Description = "Version; default: the newest" };
        var url = ServiceOptions.Url(embedded);

        var command = new Command("moderate", "Run a file of items as a job.") { file, output, format, model, version, url };
        command.SetAction((arguments, cancellationToken) => CommandErrors.GuardAsync(async () =>
        {
            var path = arguments.GetRequiredValue(file);
            await using var input = await InputFile.OpenAsync(path, arguments.GetValue(format), cancellationToken);
            var target = arguments.GetValue(output) ?? DefaultOutput(path);
            await using var service = await ServiceOptions.ConnectAsync(
                arguments.GetValue(url), embedded, cancellationToken);
            var settings = new ModerationSettings(
                Path.GetFileName(path), input, target, arguments.GetRequiredValue(model), arguments.GetValue(version));
            return await new ModerationRun(service.Url, settings, time).RunAsync(cancellationToken);
        }));
        return command;
    }

    static string DefaultOutput(string input)
    {
        var name = Path.GetFileName(input);
        return (name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? name[..^3] : name) + ".results.ndjson";
    }
}
