using System.CommandLine;

namespace SkillAi.Queue.Client.Commands;

/// <summary>The <c>skillai</c> command line.</summary>
public static class SkillAiCommands
{
    /// <param name="embedded">Starts a service for a command that was given no <c>--url</c>; null: this build has none.</param>
    public static RootCommand Create(StartService? embedded, TimeProvider time) =>
        new("Models served through a queue: submit, run files as jobs, follow them.")
        {
            ModerateCommand.Create(embedded, time),
            SubmitCommand.Create(embedded),
            JobsCommand.Create(),
        };
}
