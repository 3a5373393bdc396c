using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace SkillAi.Queue.Client.Commands;

/// <summary>The <c>skillai</c> command line.</summary>
public static class SkillAiCommands
{
    // Long enough to finish what runs, store it and give back the rest.
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(40);

    /// <summary>Commands against a running service.</summary>
    public static Command Create(TimeProvider time) => Create(embedded: null, time);

    /// <summary>The same, each able to start a service of its own; without a command, moderates a sample.</summary>
    public static Command Create(StartService embedded, string sample, TimeProvider time)
    {
        var root = Create(embedded, time);
        root.SetAction((_, cancellationToken) => ModerateCommand.RunSampleAsync(sample, embedded, time, cancellationToken));
        return root;
    }

    /// <summary>Runs a command line; Ctrl-C and SIGTERM cancel it and wait for its end.</summary>
    public static Task<int> RunAsync(Command root, string[] arguments) => RunAsync(root, arguments, new());

    internal static Task<int> RunAsync(Command root, string[] arguments, InvocationConfiguration terminal)
    {
        var parsed = root.Parse(arguments);
        // The whole usage would push what is wrong out of sight.
        if (parsed.Action is ParseErrorAction errors)
            errors.ShowHelp = false;

        terminal.ProcessTerminationTimeout = Grace;
        return parsed.InvokeAsync(terminal);
    }

    static Command Create(StartService? embedded, TimeProvider time) =>
        new(ProgramName.Value, "Models served through a queue: submit, run files as jobs, follow them.")
        {
            new HelpOption(),
            new VersionOption(),
            ModerateCommand.Create(embedded, time),
            SubmitCommand.Create(embedded),
            JobsCommand.Create(time),
            DeadCommand.Create(),
        };
}
