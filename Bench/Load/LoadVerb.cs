using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using SkillAi.Queue.Client;

namespace SkillAi.Queue.Bench.Load;

/// <summary><c>load jobs|requests|submits|refusals|fairness</c>: load against a running service, distributed or embedded.</summary>
static class LoadVerb
{
    internal static readonly Option<string> Url = new("--url") { Required = true };
    internal static readonly Option<string> Lines = new("--file") { Required = true, Description = "NDJSON with a text field" };
    internal static readonly Option<string> Model = new("--model") { DefaultValueFactory = _ => "moderation" };
    internal static readonly Option<int> Seconds = new("--seconds") { DefaultValueFactory = _ => 20 };
    internal static readonly Option<int> WarmUp = new("--warm-up") { DefaultValueFactory = _ => 3 };
    static readonly Option<int[]> Processes = new("--pids")
    {
        AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [],
        Description = "Processes to account for",
    };

    public static Command Create(TimeProvider time) => new("load", "Load a running service.")
    {
        Jobs(time), Requests(time), Submits(time), RefusalsCommand.Create(time), FairnessCommand.Create(time),
    };

    static Command Jobs(TimeProvider time)
    {
        var items = new Option<long>("--items") { DefaultValueFactory = _ => 2_000_000 };
        var command = new Command("jobs", "One job of many items.") { Url, Lines, Model, items, Processes };
        command.SetAction(async (arguments, cancellationToken) =>
        {
            var lines = await File.ReadAllBytesAsync(arguments.GetRequiredValue(Lines), cancellationToken);
            using var http = Open(arguments.GetRequiredValue(Url));
            var use = new ProcessUse(arguments.GetRequiredValue(Processes));
            var count = arguments.GetValue(items);
            var result = await new JobLoad(new SkillAiClient(http), time).RunAsync(
                LoopedFile.Open(lines, count, cancellationToken), arguments.GetRequiredValue(Model), cancellationToken);

            Say($"{result.PerSecond:0} items/s over {result.Elapsed.TotalSeconds:0.0} s, mean run {result.Job.MeanRunSize:0.0}, every item answered once and in order: {result.IsExact}");
            Say($"{result.Job.Counts}");
            foreach (var line in use.Report(count))
                Console.Out.WriteLine(line);

            return result.IsExact && result.Lines == count ? 0 : 1;
        });
        return command;
    }

    static Command Requests(TimeProvider time)
    {
        var rate = new Option<double>("--rate") { DefaultValueFactory = _ => 300 };
        var command = new Command("requests", "Priority requests, open loop.") { Url, Lines, Model, Seconds, rate, WarmUp };
        command.SetAction(async (arguments, cancellationToken) =>
        {
            using var http = Open(arguments.GetRequiredValue(Url));
            var load = new RequestLoad(new SkillAiClient(http), await TextsAsync(arguments, cancellationToken), time);
            var latencies = await load.RunAsync(
                arguments.GetValue(rate), TimeSpan.FromSeconds(arguments.GetValue(Seconds)),
                TimeSpan.FromSeconds(arguments.GetValue(WarmUp)), arguments.GetRequiredValue(Model), seed: 1, cancellationToken);
            Console.Out.WriteLine(latencies);
            return latencies.Unanswered == 0 ? 0 : 1;
        });
        return command;
    }

    static Command Submits(TimeProvider time)
    {
        var connections = new Option<int>("--connections") { DefaultValueFactory = _ => 64 };
        var command = new Command("submits", "Single submits on the bulk lane.") { Url, Lines, Model, Seconds, connections };
        command.SetAction(async (arguments, cancellationToken) =>
        {
            using var http = Open(arguments.GetRequiredValue(Url));
            var load = new SubmitLoad(new SkillAiClient(http), await TextsAsync(arguments, cancellationToken), time);
            var (perSecond, refused) = await load.RunAsync(
                arguments.GetValue(connections), TimeSpan.FromSeconds(arguments.GetValue(Seconds)),
                arguments.GetRequiredValue(Model), cancellationToken);
            Say($"{perSecond:0} accepted requests/s, {refused} refused");
            return 0;
        });
        return command;
    }

    internal static async Task<IReadOnlyList<string>> TextsAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var lines = await File.ReadAllLinesAsync(arguments.GetRequiredValue(Lines), Encoding.UTF8, cancellationToken);
        return [.. lines.Select(line => JsonDocument.Parse(line).RootElement.GetProperty("text").GetString() ?? "")];
    }

    internal static HttpClient Open(string url) => new(new SocketsHttpHandler { MaxConnectionsPerServer = 1024 })
    {
        BaseAddress = new Uri(url), Timeout = Timeout.InfiniteTimeSpan,
    };

    internal static void Say(FormattableString sentence) => Console.Out.WriteLine(sentence.ToString(CultureInfo.InvariantCulture));
}
