using Spectre.Console;

namespace SkillAi.Queue.Client.Commands;

/// <summary>Where people read. Progress and errors go to standard error, so that results can go to standard output.</summary>
static class Terminal
{
    public static IAnsiConsole Errors { get; } = Open();

    /// <summary>Something that went wrong, in one line.</summary>
    public static void Complain(string sentence) => Errors.MarkupLineInterpolated($"[red]{sentence}[/]");

    static IAnsiConsole Open()
    {
        var console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) });
        // A file and a log have no right edge at which a sentence would have to be broken.
        if (Console.IsErrorRedirected)
            console.Profile.Width = 1000;

        return console;
    }
}
