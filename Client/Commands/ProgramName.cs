using System.CommandLine;

namespace SkillAi.Queue.Client.Commands;

/// <summary>What a person types to start this program: a script that starts it says what it is called itself.</summary>
static class ProgramName
{
    public static string Value { get; } =
        Environment.GetEnvironmentVariable("SKILLAI_PROGRAM") is { Length: > 0 } name ? name : RootCommand.ExecutableName;
}
