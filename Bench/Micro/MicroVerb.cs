using System.CommandLine;
using BenchmarkDotNet.Running;

namespace SkillAi.Queue.Bench.Micro;

/// <summary><c>micro</c>: micro-benchmarks of the hot paths, by BenchmarkDotNet.</summary>
static class MicroVerb
{
    public static Command Create()
    {
        var filter = new Option<string>("--filter") { DefaultValueFactory = _ => "*" };
        var command = new Command("micro", "Micro-benchmarks of the hot paths.") { filter };
        command.SetAction(arguments => BenchmarkSwitcher.FromAssembly(typeof(MicroVerb).Assembly)
            .Run(["--filter", arguments.GetRequiredValue(filter)]).Any() ? 0 : 1);
        return command;
    }
}
