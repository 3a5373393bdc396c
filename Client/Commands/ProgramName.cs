using System.CommandLine;

namespace SkillAi.Queue.Client.Commands;

/// <summary>What a person types to start this program: a script that starts it says what it is called itself.</summary>
static class ProgramName
{
    public static string Value { get; } = Environment.GetEnvironmentVariable("SKILLAI_PROGRAM") switch
    {
        null or "" => RootCommand.ExecutableName,
        // The name of a command has no blanks.
        var path when path.Any(char.IsWhiteSpace) => Path.GetFileName(path),
        var path => path,
    };
}
