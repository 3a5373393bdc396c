using System.CommandLine;
using System.Text.Json;
using SkillAi.Queue.Contracts.DeadLetters;
using SkillAi.Queue.Contracts.Wire;

namespace SkillAi.Queue.Client.Commands;

/// <summary><c>dead list</c>, <c>dead show ID</c>, <c>dead replay</c> and <c>dead delete</c>: a line of JSON a letter.</summary>
static class DeadCommand
{
    public static Command Create() => new("dead", "What the service gave up on: look, try again, delete.")
    {
        List(),
        Show(),
        Change("replay", "Try again one dead letter, or those that match.",
            async (client, id, cancellationToken) => Print(await client.ReplayDeadLetterAsync(id, cancellationToken)),
            (client, filter, cancellationToken) => client.ReplayDeadLettersAsync(filter, cancellationToken)),
        Change("delete", "Delete one dead letter, or those that match.",
            (client, id, cancellationToken) => client.DeleteDeadLetterAsync(id, cancellationToken),
            (client, filter, cancellationToken) => client.DeleteDeadLettersAsync(filter, cancellationToken)),
    };

    static Command List()
    {
        var filter = new DeadOptions();
        var limit = new Option<int>("--limit") { Description = "How many, newest first", DefaultValueFactory = _ => 20 }
            .Between(1, 1_000_000);
        var command = filter.AddTo(new("list", "List dead letters.") { limit });
        command.SetAction((arguments, cancellationToken) => CommandErrors.GuardAsync(async () =>
        {
            using var http = filter.Open(arguments);
            var client = new SkillAiClient(http);
            var next = filter.Read(arguments, isAll: false);
            for (var left = arguments.GetValue(limit); left > 0;)
            {
                var page = await client.ListDeadLettersAsync(next, left, cancellationToken);
                foreach (var letter in page.Data)
                    Print(letter);

                left = page.Next is null ? 0 : left - page.Data.Count;
                next = next with { After = page.Next };
            }

            return 0;
        }));
        return command;
    }

    static Command Show()
    {
        var options = new DeadOptions();
        var id = new Argument<string>("ID");
        var payload = new Option<bool>("--payload") { Description = "Show the item itself" };
        var command = new Command("show", "Show one dead letter.") { id, payload, options.Url };
        command.SetAction((arguments, cancellationToken) => CommandErrors.GuardAsync(async () =>
        {
            using var http = options.Open(arguments);
            Print(await new SkillAiClient(http).GetDeadLetterAsync(
                arguments.GetRequiredValue(id), arguments.GetValue(payload), cancellationToken));
            return 0;
        }));
        return command;
    }

    static Command Change(
        string name, string description, Func<SkillAiClient, string, CancellationToken, Task> one,
        Func<SkillAiClient, DeadLetterFilter, CancellationToken, Task<DeadLetterBatch>> many)
    {
        var filter = new DeadOptions();
        var id = new Argument<string?>("ID") { Arity = ArgumentArity.ZeroOrOne };
        var all = new Option<bool>("--all") { Description = "All of them" };
        var command = filter.AddTo(new(name, description) { id, all });
        command.Validators.Add(result => filter.RequireChoice(result, id, all));
        command.SetAction((arguments, cancellationToken) => CommandErrors.GuardAsync(async () =>
        {
            using var http = filter.Open(arguments);
            var client = new SkillAiClient(http);
            if (arguments.GetValue(id) is { } letter)
            {
                await one(client, letter, cancellationToken);
                return 0;
            }

            DeadLetterBatch? batch = null;
            for (var next = filter.Read(arguments, arguments.GetValue(all)); batch is not { Next: null }; next = next with { After = batch.Next })
            {
                batch = await many(client, next, cancellationToken);
                Console.Out.WriteLine(JsonSerializer.Serialize(batch, WireJson.Default.DeadLetterBatch));
            }

            return 0;
        }));
        return command;
    }

    static void Print(DeadLetterResource letter) =>
        Console.Out.WriteLine(JsonSerializer.Serialize(letter, WireJson.Default.DeadLetterResource));
}
