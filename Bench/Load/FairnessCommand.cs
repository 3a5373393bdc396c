using System.CommandLine;
using SkillAi.Queue.Client;
using SkillAi.Queue.Contracts;
using static SkillAi.Queue.Bench.Load.LoadVerb;

namespace SkillAi.Queue.Bench.Load;

/// <summary><c>load fairness</c>: small jobs of one tenant beside a large one of another. The service has to trust
/// <c>X-Tenant</c> (<c>Security:TrustTenantHeader</c>).</summary>
static class FairnessCommand
{
    /// <summary>Most times as long that a small job may take beside the large one.</summary>
    const double Goal = 2.5;

    static readonly Option<long> Large = new("--items") { DefaultValueFactory = _ => 2_000_000, Description = "Of the large job" };
    static readonly Option<int> Small = new("--small") { DefaultValueFactory = _ => 1000, Description = "Items of a small one" };
    static readonly Option<int> Alone = new("--alone") { DefaultValueFactory = _ => 40, Description = "Small jobs before it" };

    public static Command Create(TimeProvider time)
    {
        var command = new Command("fairness", "Small jobs beside a large one of another tenant.")
        {
            Url, Lines, Model, Large, Small, Alone,
        };
        command.SetAction(async (arguments, cancellationToken) =>
        {
            using var large = OpenFor("large", arguments);
            using var small = OpenFor("small", arguments);
            var load = new FairnessLoad(
                new SkillAiClient(large), new SkillAiClient(small),
                await File.ReadAllBytesAsync(arguments.GetRequiredValue(Lines), cancellationToken),
                arguments.GetRequiredValue(Model), time);
            var result = await load.RunAsync(
                arguments.GetValue(Large), arguments.GetValue(Small), arguments.GetValue(Alone), cancellationToken);

            Report("alone", result.Alone);
            Report("beside the large one", result.Beside);
            Say($"ratio of the medians {result.Ratio:0.00}");
            Say($"large job: {result.LargeTook.TotalSeconds:0.0} s, {result.Large.Counts}");
            return result.Ratio <= Goal && result.Large.Counts.Pending == 0 ? 0 : 1;
        });
        return command;
    }

    static void Report(string when, Latencies jobs) => Say(
        $"{jobs.Count} small jobs {when}: p50 {jobs.Percentile(50):0} ms, p90 {jobs.Percentile(90):0} ms, max {jobs.Percentile(100):0} ms");

    static HttpClient OpenFor(string tenant, ParseResult arguments)
    {
        var http = Open(arguments.GetRequiredValue(Url));
        http.DefaultRequestHeaders.Add(HttpHeaders.Tenant, tenant);
        return http;
    }
}
