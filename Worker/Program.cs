using Microsoft.Extensions.Options;
using SkillAi.Queue.Transport.Hosting;
using SkillAi.Queue.Worker.Hosting;

namespace SkillAi.Queue.Worker;

static class Program
{
    static Task<int> Main(string[] args) => Refusal.GuardAsync(() => RunAsync(args));

    static async Task<int> RunAsync(string[] args)
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

        await using var app = builder.Build();
        app.MapOperations();
        app.Services.GetRequiredService<IStartupValidator>().Validate();
        app.Services.LoadModels();
        // Running disposes the services.
        var worker = app.Services.GetRequiredService<WorkerService>();
        await app.RunAsync();
        return worker.Failure is { } failure ? await Refusal.SayAsync(failure) : 0;
    }
}
