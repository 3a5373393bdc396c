using System.CommandLine;
using System.CommandLine.Parsing;
using Spectre.Console;

namespace SkillAi.Queue.Client.Commands;

/// <summary>The <c>--url</c> option that every command shares.</summary>
static class ServiceOptions
{
    public const string DefaultUrl = "http://127.0.0.1:8080";

    public static Option<Uri?> Url(StartService? embedded) => new("--url")
    {
        Description = embedded is null
            ? $"The service; default {DefaultUrl}"
            : "A running service; default: one of its own for this command",
        CustomParser = Parse,
    };

    /// <summary>In seconds, for commands that wait for a service to come back.</summary>
    public static Option<int> Patience() => new Option<int>("--patience")
    {
        Description = "Seconds to go on asking a service that went away",
        DefaultValueFactory = _ => (int)PatientCalls.Usual.TotalSeconds,
    }.Between(0, 86_400);

    /// <summary>For commands that have no service of their own.</summary>
    public static HttpClient Open(Uri? url) => new() { BaseAddress = url ?? new Uri(DefaultUrl) };

    static Uri? Parse(ArgumentResult argument)
    {
        var text = argument.Tokens.Single().Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https")
            return url;

        argument.AddError($"--url '{text}' is not an http or https address.");
        return null;
    }

    public static async Task<ServiceAddress> ConnectAsync(
        Uri? url, StartService? embedded, CancellationToken cancellationToken)
    {
        if (url is not null || embedded is null)
            return new ServiceAddress(url ?? new Uri(DefaultUrl));

        return await Terminal.Errors.Status().StartAsync("Starting the embedded service", _ => embedded(cancellationToken));
    }
}
