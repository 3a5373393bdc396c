using System.CommandLine;
using System.Text.Json;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Contracts.Wire;

namespace SkillAi.Queue.Client.Commands;

/// <summary><c>submit TEXT</c>: one request on the priority lane, its resource on standard output.</summary>
static class SubmitCommand
{
    static readonly TimeSpan Wait = TimeSpan.FromSeconds(30);

    public static Command Create(StartService? embedded)
    {
        var text = new Argument<string>("TEXT") { Description = "The text to judge" };
        var model = new Option<string>("--model") { Description = "Model", DefaultValueFactory = _ => "moderation" };
        var lane = new Option<Lane>("--lane")
        {
            Description = "Lane; default: priority", DefaultValueFactory = _ => Lane.Priority,
        }.AsChoice(Lane.Priority, Lane.Bulk);
        var url = ServiceOptions.Url(embedded);

        var command = new Command("submit", "Judge one text and print the result.") { text, model, lane, url };
        command.SetAction((arguments, cancellationToken) => CommandErrors.GuardAsync(async () =>
        {
            await using var service = await ServiceOptions.ConnectAsync(
                arguments.GetValue(url), embedded, cancellationToken);
            using var http = new HttpClient { BaseAddress = service.Url };
            var request = new SubmitRequest
            {
                Model = arguments.GetRequiredValue(model),
                Lane = arguments.GetValue(lane),
                Input = JsonSerializer.SerializeToElement(
                    new() { ["text"] = arguments.GetRequiredValue(text) }, WireJson.Default.DictionaryStringString),
            };
            var answer = await new SkillAiClient(http).SubmitAsync(request, Wait, cancellationToken);
            Console.Out.WriteLine(JsonSerializer.Serialize(answer, WireJson.Default.RequestResource));
            return answer.State == RequestState.Succeeded ? 0 : CommandErrors.Failed;
        }));
        return command;
    }
}
