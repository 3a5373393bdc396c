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
        builder.Services.AddRabbitMq(builder.Configuration);
        builder.Services.AddRedis(builder.Configuration);
        builder.Services.AddWorker(builder.Configuration);

        await using var app = builder.Build();
        app.MapOperations();
        try
        {
            app.Services.GetService<IStartupValidator>()?.Validate();
            app.Services.LoadModels();
            await app.RunAsync();
            return Report(app.Services.GetRequiredService<WorkerService>().Failure);
        }
        catch (Exception refused) when (refused is ModelLoadException or OptionsValidationException)
        {
            return Report(refused);
        }
    }

    static int Report(Exception? failure)
    {
        if (failure is null)
            return 0;

        Console.Error.WriteLine(failure.Message);
        return failure is ModelLoadException model ? model.ExitCode : 1;
    }
}
