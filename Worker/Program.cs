using Microsoft.Extensions.Options;
using SkillAi.Queue.Transport.Hosting;
using SkillAi.Queue.Worker.Hosting;
using SkillAi.Queue.Worker.Models;

namespace SkillAi.Queue.Worker;

static class Program
{
    static async Task<int> Main(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning); // Probes and scrapes are no news.
        builder.Services
            .AddRabbitMq(builder.Configuration)
            .AddRedis(builder.Configuration)
            .AddWorker(builder.Configuration)
            .AddTraces(builder.Configuration, "skillai-queue-worker");
        // What the worker holds is handed back while the others stop, not after the slowest of them.
        builder.Services.Configure<HostOptions>(host => host.ServicesStopConcurrently = true);

        try
        {
            await using var app = builder.Build();
            app.MapOperations();
            app.Services.GetRequiredService<IStartupValidator>().Validate();
            app.Services.LoadModels();
            // Running disposes the services.
            var worker = app.Services.GetRequiredService<WorkerService>();
            await app.RunAsync();
            return worker.Failure is { } failure
                ? await RefuseAsync(failure.Message, (failure as ModelLoadException)?.ExitCode ?? ModelLoadException.BadModel)
                : 0;
        }
        catch (OptionsValidationException wrong)
        {
            return await RefuseAsync(Refusal.Describe(wrong), 1);
        }
        catch (ModelLoadException unusable)
        {
            return await RefuseAsync(unusable.Message, unusable.ExitCode);
        }
    }

    /// <summary>A sentence that names the setting or the file says more than a stack trace.</summary>
    static async Task<int> RefuseAsync(string reason, int exitCode)
    {
        await Console.Error.WriteLineAsync(reason);
        return exitCode;
    }
}
