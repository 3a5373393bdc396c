using System.CommandLine;
using System.Net;
using SkillAi.Queue.Client.Commands;
using SkillAi.Queue.Contracts.Models;
using SkillAi.Queue.Transport.Hosting;

namespace SkillAi.Queue.Embedded;

/// <summary><c>serve</c>: the embedded service in the foreground, until Ctrl-C or SIGTERM.</summary>
static class ServeCommand
{
    public static Command Create()
    {
        var port = new Option<int>("--port")
        {
            Description = "Port on 127.0.0.1; 0: any free one", DefaultValueFactory = _ => 8080,
        }.Between(0, IPEndPoint.MaxPort);
        var data = new Option<string?>("--data")
        {
            Description = "Folder in which accepted work and results survive a restart; default: none does",
        };
        var command = new Command("serve", "Serve in the foreground.") { port, data };
        command.SetAction((arguments, cancellationToken) => Refusal.GuardAsync(async () =>
        {
            var settings = new EmbeddedSettings(arguments.GetValue(port), arguments.GetValue(data), IsQuiet: false);
            await using var service = await EmbeddedService.StartAsync(settings, cancellationToken);
            Greet(service.Url, service.Models[0]);
            await service.WaitForStopAsync(cancellationToken);
            return service.Failure is { } failure ? throw failure : 0;
        }));
        return command;
    }

    static void Greet(Uri url, ModelVersion model) => Console.Out.WriteLine(
        $$$"""
        SkillAi.Queue serves on {{{url}}}

        Try:
          curl -s {{{url}}}v1/requests -H 'Content-Type: application/json' -H 'Prefer: wait=5' \
            -d '{"model":"{{{model.Name}}}","input":{"{{{model.Manifest.Input.Field}}}":"You are an idiot."}}'

        Ctrl-C stops it.
        """);
}
