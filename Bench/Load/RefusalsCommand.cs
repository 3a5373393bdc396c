using System.CommandLine;
using SkillAi.Queue.Client;
using SkillAi.Queue.Transport.Redis;
using static SkillAi.Queue.Bench.Load.LoadVerb;

namespace SkillAi.Queue.Bench.Load;

/// <summary><c>load refusals</c>: a bulk lane that is offered more than it holds.</summary>
static class RefusalsCommand
{
    /// <summary>Of a refusal, at the 99th percentile.</summary>
    const double GoalMs = 50;

    static readonly Option<string> Redis = new("--redis") { Required = true, Description = "The service's, to look at" };
    static readonly Option<long> Limit = new("--limit") { Required = true, Description = "Admission:LaneItems of the service" };
    static readonly Option<double> Rate = new("--rate") { DefaultValueFactory = _ => 500 };
    static readonly Option<int> Each = new("--items") { DefaultValueFactory = _ => 32, Description = "Of each request" };

    public static Command Create(TimeProvider time)
    {
        var command = new Command("refusals", "Requests for a full bulk lane.")
        {
            Url, Lines, Model, Seconds, WarmUp, Redis, Limit, Rate, Each,
        };
        command.SetAction(async (arguments, cancellationToken) =>
        {
            using var http = Open(arguments.GetRequiredValue(Url));
            await using var redis = new RedisConnection(arguments.GetRequiredValue(Redis));
            var load = new RefusalLoad(
                new SkillAiClient(http), new RequestStore(redis, time), await TextsAsync(arguments, cancellationToken), time);
            return Report(arguments.GetValue(Limit), await load.RunAsync(
                arguments.GetValue(Rate), TimeSpan.FromSeconds(arguments.GetValue(Seconds)),
                TimeSpan.FromSeconds(arguments.GetValue(WarmUp)), arguments.GetRequiredValue(Model), arguments.GetValue(Each), cancellationToken));
        });
        return command;
    }

    static int Report(long limit, RefusalResult result)
    {
        Say($"offered {result.Offered} = accepted {result.Accepted} + refused {result.Refused} + neither {result.Other}");
        Say($"accepted: {result.Accepts}");
        Say($"refused: {result.Refusals}");
        Say($"Retry-After {result.RetryAfter.Shortest.TotalSeconds:0} to {result.RetryAfter.Longest.TotalSeconds:0} s; most items held at once {result.MostHeld}, limit {limit}");
        return result is { Other: 0, Refused: > 0 } && result.MostHeld <= limit && result.Refusals.Percentile(99) < GoalMs
            ? 0 : 1;
    }
}
