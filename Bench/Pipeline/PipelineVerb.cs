using System.CommandLine;
using SkillAi.Queue.Worker.Batching;

namespace SkillAi.Queue.Bench.Pipeline;

/// <summary><c>pipeline</c>: the duel's slow card in the real service, API and worker as processes over RabbitMQ and
/// Redis, in real time, against what virtual time promises for the same requests; writes pipeline.md.</summary>
static class PipelineVerb
{
    const int FirstPort = 18300;

    public static Command Create(TimeProvider time)
    {
        var seconds = new Option<int>("--seconds") { DefaultValueFactory = _ => 120, Description = "Measured, for each run" };
        var warmUp = new Option<int>("--warm-up") { DefaultValueFactory = _ => 10, Description = "Seconds before that" };
        var rate = new Option<double>("--rate") { DefaultValueFactory = _ => 20, Description = "Priority requests a second" };
        var prefetch = new Option<int[]>("--prefetch")
        {
            DefaultValueFactory = _ => [32, 4], AllowMultipleArgumentsPerToken = true,
            Description = "Worker:PriorityPrefetch, a run each",
        };
        var policies = new Option<string[]>("--policy")
        {
            DefaultValueFactory = _ => [.. StaticPolicies.Names], AllowMultipleArgumentsPerToken = true,
            Description = "Rules to run; the rivals with the first prefetch only",
        };
        var exits = new Option<ExitChoice[]>("--exit")
        {
            DefaultValueFactory = _ => [ExitChoice.None, ExitChoice.Terminate, ExitChoice.SecondStream],
            AllowMultipleArgumentsPerToken = true,
            Description = "Batching:Exit of further runs of ours, at --exit-rate",
        };
        var exitRate = new Option<double>("--exit-rate")
        {
            DefaultValueFactory = _ => 5, Description = "Priority requests a second, for --exit: few, where it matters",
        };
        var exitSeconds = new Option<int>("--exit-seconds")
        {
            DefaultValueFactory = _ => 120, Description = "Measured, for each of those",
        };
        var output = new Option<string>("--out") { DefaultValueFactory = _ => Path.Combine("docs", "bench") };
        var command = new Command("pipeline", "The slow card through the real service, for minutes.")
        {
            seconds, warmUp, rate, prefetch, policies, exits, exitRate, exitSeconds, output,
        };
        command.SetAction((arguments, cancellationToken) =>
        {
            var head = 1000.0 * arguments.GetValue(warmUp);
            var scenario = new Scenario
            {
                UrgentRate = arguments.GetValue(rate), WarmUp = head, Length = head + (1000.0 * arguments.GetValue(seconds)),
            };
            var loans = arguments.GetRequiredValue(prefetch);
            var contenders = arguments.GetRequiredValue(policies).SelectMany(policy =>
                (policy == StaticPolicies.Ours ? loans : loans[..1]).Select(loan => new Contender(policy, loan)));
            var leaving = arguments.GetRequiredValue(exits).Select(exit => new Contender(StaticPolicies.Ours, loans[0], exit));
            return RunAsync(
                [
                    (scenario, [.. contenders]),
                    (
                        scenario with
                        {
                            UrgentRate = arguments.GetValue(exitRate),
                            Length = head + (1000.0 * arguments.GetValue(exitSeconds)),
                        },
                        [.. leaving]),
                ],
                arguments.GetRequiredValue(output), time, cancellationToken);
        });
        return command;
    }

    static async Task<int> RunAsync(
        IReadOnlyList<(Scenario Scenario, IReadOnlyList<Contender> Contenders)> parts, string folder, TimeProvider time,
        CancellationToken cancellationToken)
    {
        var report = new DuelReport();
        // Ports of its own for each, since those of the run before may take a while to be free again.
        var port = FirstPort;
        foreach (var (scenario, contenders) in parts.Where(part => part.Contenders.Count > 0))
        {
            var runs = new List<PipelineResult>();
            foreach (var contender in contenders)
            {
                runs.Add(await RunAsync(scenario, contender, port, time, cancellationToken));
                Console.Error.WriteLine(runs[^1]);
                port += 20;
            }

            PipelineReport.Write(report, scenario, runs);
        }

        await File.WriteAllTextAsync(
            Path.Combine(folder, "pipeline.md"), report.Markdown(PipelineReport.Introduction), cancellationToken);
        foreach (var (promise, found, _) in report.Broken)
            Console.Error.WriteLine($"not kept: {promise}, found {found}");

        return report.Broken.Count == 0 ? 0 : 1;
    }

    static async Task<PipelineResult> RunAsync(
        Scenario scenario, Contender contender, int port, TimeProvider time, CancellationToken cancellationToken)
    {
        var models = SlowCard.Write(scenario);
        try
        {
            await using var stack = await Stack.StartAsync(models, port, contender, cancellationToken);
            return await new PipelineRun(stack, scenario, time).RunAsync(contender, cancellationToken);
        }
        finally
        {
            Directory.Delete(models, recursive: true);
        }
    }
}
