using SkillAi.Queue.Client.Commands;

namespace SkillAi.Queue.Client;

static class Program
{
    static Task<int> Main(string[] arguments) =>
        SkillAiCommands.RunAsync(SkillAiCommands.Create(TimeProvider.System), arguments);
}
