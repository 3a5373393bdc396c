using Spectre.Console;

namespace SkillAi.Queue.Client.Commands;

/// <summary>Where people read. Progress and errors go to standard error, so that results can go to standard output.</summary>
static class Terminal
{
    public static IAnsiConsole Errors { get; } = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) });
}
