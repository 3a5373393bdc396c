using System.CommandLine;

namespace SkillAi.Queue.Embedded;

/// <summary><c>serve</c>: the embedded service in the foreground, until Ctrl-C or SIGTERM.</summary>
static class ServeCommand
{
    public static Command Create()
    {
        var port = new Option<int>("--port") { Description = "Port on 127.0.0.1", DefaultValueFactory = _ => 8080 };
        var data = new Option<string?>("--data")
        {
            Description = "Folder in which accepted work and results survive a restart; default: none does",
        };
        var command = new Command("serve", "Serve in the foreground.") { port, data };
        command.SetAction(async (arguments, cancellationToken) =>
        {
            var settings = new EmbeddedSettings(arguments.GetValue(port), arguments.GetValue(data), IsQuiet: false);
            try
            {
                await using var service = await EmbeddedService.StartAsync(settings, cancellationToken);
                Greet(service.Url);
                await service.WaitForStopAsync(cancellationToken);
                return 0;
            }
            catch (IOException cause)
            {
                Console.Error.WriteLine(cause.Message);
                return 1;
            }
        });
        return command;
    }

    static void Greet(Uri url) => Console.Out.WriteLine(
        $$$"""
        SkillAi.Queue serves on {{{url}}}

        Try:
          curl -s {{{url}}}v1/requests -H 'Content-Type: application/json' -H 'Prefer: wait=5' \
            -d '{"model":"moderation","input":{"text":"You are an idiot."}}'

        Ctrl-C stops it.
        """);
}
