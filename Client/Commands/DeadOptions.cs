using System.CommandLine;
using SkillAi.Queue.Contracts.DeadLetters;

namespace SkillAi.Queue.Client.Commands;

/// <summary>The options by which dead letters are chosen.</summary>
sealed class DeadOptions
{
    readonly Option<string?> _reason = new("--reason") { Description = "Code of the failure, for instance model_error" };
    readonly Option<string?> _model = new("--model") { Description = "Model" };
    readonly Option<string?> _version = new("--version-of-model") { Description = "Version of the model" };
    readonly Option<string?> _job = new("--job") { Description = "Job" };
    readonly Option<string?> _request = new("--request") { Description = "Request" };
    readonly Option<DateTimeOffset?> _since = new("--since") { Description = "Failed at or after this instant" };

    public Option<Uri?> Url { get; } = ServiceOptions.Url(embedded: null);

    public Command AddTo(Command command)
    {
        foreach (var option in new Option[] { _reason, _model, _version, _job, _request, _since, Url })
            command.Options.Add(option);

        return command;
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
