using System.CommandLine;

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
        var output = new Option<string>("--out") { DefaultValueFactory = _ => Path.Combine("docs", "bench") };
        var command = new Command("pipeline", "The slow card through the real service, for minutes.")
        {
            seconds, warmUp, rate, prefetch, policies, output,
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
            return RunAsync(
                scenario, [.. contenders], arguments.GetRequiredValue(output), time, cancellationToken);
        });
        return command;
    }

    static async Task<int> RunAsync(
        Scenario scenario, IReadOnlyList<Contender> contenders, string folder, TimeProvider time, CancellationToken cancellationToken)
    {
        var models = SlowCard.Write(scenario);
        try
        {
            var runs = new List<PipelineResult>();
            foreach (var (number, contender) in contenders.Index())
            {
                // Ports of its own, since those of the run before may take a while to be free again.
                await using var stack = await Stack.StartAsync(models, FirstPort + (20 * number), contender, cancellationToken);
                runs.Add(await new PipelineRun(stack, scenario, time).RunAsync(contender, cancellationToken));
                Console.Error.WriteLine(runs[^1]);
            }

            var report = PipelineReport.Write(scenario, runs);
            await File.WriteAllTextAsync(
                Path.Combine(folder, "pipeline.md"), report.Markdown(PipelineReport.Introduction), cancellationToken);
            foreach (var (promise, found, _) in report.Broken)
                Console.Error.WriteLine($"not kept: {promise}, found {found}");

            return report.Broken.Count == 0 ? 0 : 1;
        }
        finally
        {
            Directory.Delete(models, recursive: true);
        }
    }
}
