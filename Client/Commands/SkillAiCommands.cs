using System.CommandLine;
using System.CommandLine.Invocation;

namespace SkillAi.Queue.Client.Commands;

/// <summary>The <c>skillai</c> command line.</summary>
public static class SkillAiCommands
{
    // Long enough to finish what runs, store it and give back the rest.
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(40);

    /// <summary>Commands against a running service.</summary>
    public static RootCommand Create(TimeProvider time) => Create(embedded: null, time);

    /// <summary>The same, each able to start a service of its own; without a command, moderates a sample.</summary>
    public static RootCommand Create(StartService embedded, string sample, TimeProvider time)
    {
        var root = Create(embedded, time);
        root.SetAction((_, cancellationToken) => ModerateCommand.RunSampleAsync(sample, embedded, time, cancellationToken));
        return root;
    }

    /// <summary>Runs a command line; Ctrl-C and SIGTERM cancel it and wait for its end.</summary>
    public static Task<int> RunAsync(RootCommand root, string[] arguments)
    {
        var parsed = root.Parse(arguments);
        // The whole usage would push what is wrong out of sight.
        if (parsed.Action is ParseErrorAction errors)
            errors.ShowHelp = false;

        return parsed.InvokeAsync(new() { ProcessTerminationTimeout = Grace });
    }

    static RootCommand Create(StartService? embedded, TimeProvider time) =>
        new("Models served through a queue: submit, run files as jobs, follow them.")
        {
            ModerateCommand.Create(embedded, time),
            SubmitCommand.Create(embedded),
            JobsCommand.Create(time),
            DeadCommand.Create(),
        };
}
