using SkillAi.Queue.Client.Commands;

namespace SkillAi.Queue.Client;

static class Program
{
    static Task<int> Main(string[] arguments) =>
        SkillAiCommands.Create(embedded: null, TimeProvider.System).Parse(arguments).InvokeAsync();
}
