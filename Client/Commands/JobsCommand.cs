using System.CommandLine;
using System.Text.Json;
using SkillAi.Queue.Contracts.Wire;

namespace SkillAi.Queue.Client.Commands;

/// <summary><c>jobs</c>, <c>jobs show ID</c>, <c>jobs cancel|pause|resume ID</c>: a line of JSON a job, for people and for pipes.</summary>
static class JobsCommand
{
    public static Command Create()
    {
        var limit = new Option<int>("--limit") { Description = "How many, newest first", DefaultValueFactory = _ => 20 };
        var url = ServiceOptions.Url(embedded: null);

        var command = new Command("jobs", "List jobs of a running service.") { limit, url, Show(), Cancel(), Pause(), Resume() };
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
