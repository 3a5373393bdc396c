using System.CommandLine;
using System.Text.Json;
using SkillAi.Queue.Contracts.Wire;

namespace SkillAi.Queue.Client.Commands;

/// <summary><c>jobs</c>, <c>jobs show ID</c>, <c>jobs cancel|pause|resume ID</c>: a line of JSON a job, for people and
/// for pipes; <c>jobs results ID</c>: its results, as <c>moderate</c> writes them.</summary>
static class JobsCommand
{
    public static Command Create(TimeProvider time)
    {
        var limit = new Option<int>("--limit") { Description = "How many, newest first", DefaultValueFactory = _ => 20 }
            .Between(1, 1_000_000);
        var url = ServiceOptions.Url(embedded: null);

        var command = new Command("jobs", "List jobs of a running service.")
        {
            limit, url, Show(), Results(time), Cancel(), Pause(), Resume(),
        };
        command.SetAction((arguments, cancellationToken) => CommandErrors.GuardAsync(async () =>
        {
            using var http = ServiceOptions.Open(arguments.GetValue(url));
            var page = await new SkillAiClient(http).ListJobsAsync(null, arguments.GetValue(limit), cancellationToken);
            foreach (var job in page.Data)
                Console.Out.WriteLine(JsonSerializer.Serialize(job, WireJson.Default.JobResource));

            return 0;
        }));
        return command;
    }

    static Command Show() =>
        One("show", "Show one job.", (client, id, cancellationToken) => client.GetJobAsync(id, null, cancellationToken));

    static Command Results(TimeProvider time)
    {
        var id = new Argument<string>("ID");
        var output = new Option<string>("--output", "-o")
        {
            Description = "Results file; default: standard output", DefaultValueFactory = _ => ResultsFile.StandardOutput,
        };
        var url = ServiceOptions.Url(embedded: null);
        var patience = ServiceOptions.Patience();
        var command = new Command("results", "Fetch a job's results; of a running one, those that are there.")
        {
            id, output, url, patience,
        };
        command.SetAction((arguments, cancellationToken) => CommandErrors.GuardAsync(async () =>
        {
            await using var file = ResultsFile.Open(arguments.GetRequiredValue(output), input: null);
            using var http = ServiceOptions.Open(arguments.GetValue(url));
            var client = new SkillAiClient(http);
            var job = await client.GetJobAsync(arguments.GetRequiredValue(id), wait: null, cancellationToken);
            var calls = new PatientCalls(time, TimeSpan.FromSeconds(arguments.GetValue(patience)));
            var tally = await new ResultDownload(client, calls).SaveAsync(job.Id, file, cancellationToken);
            Summary.Write(job, tally, elapsed: null, file.Path);
            return Summary.ExitCode(job, tally);
        }));
        return command;
    }

    static Command Cancel() =>
        One("cancel", "Cancel a job.", (client, id, cancellationToken) => client.CancelJobAsync(id, cancellationToken));

    static Command Pause() =>
        One("pause", "Hold a job back.", (client, id, cancellationToken) => client.PauseJobAsync(id, cancellationToken));

    static Command Resume() =>
        One("resume", "Let a job go on.", (client, id, cancellationToken) => client.ResumeJobAsync(id, cancellationToken));

    static Command One(
        string name, string description, Func<SkillAiClient, string, CancellationToken, Task<Contracts.Jobs.JobResource>> call)
    {
        var id = new Argument<string>("ID");
        var url = ServiceOptions.Url(embedded: null);
        var command = new Command(name, description) { id, url };
        command.SetAction((arguments, cancellationToken) => CommandErrors.GuardAsync(async () =>
        {
            using var http = ServiceOptions.Open(arguments.GetValue(url));
            var job = await call(new SkillAiClient(http), arguments.GetRequiredValue(id), cancellationToken);
            Console.Out.WriteLine(JsonSerializer.Serialize(job, WireJson.Default.JobResource));
            return 0;
        }));
        return command;
    }
}
