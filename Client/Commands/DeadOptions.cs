using System.CommandLine;
using System.CommandLine.Parsing;
using SkillAi.Queue.Contracts.DeadLetters;

namespace SkillAi.Queue.Client.Commands;

/// <summary>The options by which dead letters are chosen.</summary>
sealed class DeadOptions
{
    readonly Option<string?> _reason = new("--reason") { Description = "Code of the failure, for instance model_error" };
    readonly Option<string?> _model = new("--model") { Description = "Model" };
    readonly Option<string?> _version = new("--model-version") { Description = "Version of the model" };
    readonly Option<string?> _job = new("--job") { Description = "Job" };
    readonly Option<string?> _request = new("--request") { Description = "Request" };
    readonly Option<DateTimeOffset?> _since = new Option<DateTimeOffset?>("--since")
    {
        Description = "Failed at or after this instant",
    }.AsInstant();

    public Option<Uri?> Url { get; } = ServiceOptions.Url(embedded: null);

    IEnumerable<Option> Filters => [_reason, _model, _version, _job, _request, _since];

    public Command AddTo(Command command)
    {
        foreach (var option in Filters.Append(Url))
            command.Options.Add(option);

        return command;
    }

    /// <summary>Refuses a command line that names no letters, or one letter and others too.</summary>
    public void RequireChoice(CommandResult command, Argument<string?> id, Option<bool> all)
    {
        var many = Filters.Append(all).Where(option => command.GetResult(option) is { Implicit: false }).ToList();
        if (command.GetResult(id) is not { Tokens.Count: > 0 })
        {
            if (many.Count == 0)
                command.AddError("Name the ID of a letter, a filter such as --reason, or --all.");

            return;
        }

        foreach (var option in many)
            command.AddError($"{option.Name} chooses among many letters; it does not go with an ID.");
    }

    public DeadLetterFilter Read(ParseResult arguments, bool isAll) => new()
    {
        Reason = arguments.GetValue(_reason),
        Model = arguments.GetValue(_model),
        Version = arguments.GetValue(_version),
        Job = arguments.GetValue(_job),
        Request = arguments.GetValue(_request),
        Since = arguments.GetValue(_since),
        All = isAll,
    };

    public HttpClient Open(ParseResult arguments) => ServiceOptions.Open(arguments.GetValue(Url));
}
