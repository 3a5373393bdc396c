using Microsoft.Extensions.Options;
using SkillAi.Queue.Producer.Hosting;
using SkillAi.Queue.Transport.Hosting;

namespace SkillAi.Queue.Producer;

static class Program
{
    static Task<int> Main(string[] args) => Refusal.GuardAsync(() => RunAsync(args));

    static async Task<int> RunAsync(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Services
            .AddRabbitMq(builder.Configuration)
            .AddRedis(builder.Configuration)
            .AddProducer(builder.Configuration)
            .AddTraces(builder.Configuration, "skillai-queue-api");

        await using var app = builder.Build();
        app.MapOperations();
        app.MapProducer();
        // Before a service asks for its settings: the host would log the exception that it gets then.
        app.Services.GetRequiredService<IStartupValidator>().Validate();
        await app.RunAsync();
        return 0;
    }
}
