using Microsoft.Extensions.Options;
using SkillAi.Queue.Producer.Hosting;
using SkillAi.Queue.Transport.Hosting;

namespace SkillAi.Queue.Producer;

static class Program
{
    static async Task<int> Main(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Services
            .AddRabbitMq(builder.Configuration)
            .AddRedis(builder.Configuration)
            .AddProducer(builder.Configuration)
            .AddTraces(builder.Configuration, "skillai-queue-api");

        try
        {
            await using var app = builder.Build();
            app.MapOperations();
            app.MapProducer();
            // Before a service asks for its settings: the host would log the exception that it gets then.
            app.Services.GetRequiredService<IStartupValidator>().Validate();
            await app.RunAsync();
            return 0;
        }
        catch (OptionsValidationException wrong)
        {
            // A sentence that names the setting says more than a stack trace.
            await Console.Error.WriteLineAsync(Refusal.Describe(wrong));
            return 1;
        }
    }
}
