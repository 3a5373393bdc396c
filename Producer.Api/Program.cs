using SkillAi.Queue.Producer.Hosting;
using SkillAi.Queue.Transport.Hosting;

namespace SkillAi.Queue.Producer;

static class Program
{
    static Task Main(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Services
            .AddRabbitMq(builder.Configuration)
            .AddRedis(builder.Configuration)
            .AddProducer(builder.Configuration);

        var app = builder.Build();
        app.MapOperations();
        app.MapProducer();
        return app.RunAsync();
    }
}
