using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SkillAi.Queue.Transport.Hosting;
using SkillAi.Queue.Worker.Hosting;

namespace SkillAi.Queue.Bench.Pipeline;

/// <summary><c>worker</c>: the worker as it is, with a policy of choice; <c>pipeline</c> starts it.</summary>
static class WorkerVerb
{
    public static Command Create()
    {
        var policy = new Option<string>("--policy")
        {
            DefaultValueFactory = _ => StaticPolicies.Ours, Description = string.Join(", ", StaticPolicies.Names),
        };
        var command = new Command("worker", "A worker whose runs another rule sizes.") { policy };
        command.SetAction((arguments, cancellationToken) => RunAsync(arguments.GetRequiredValue(policy), cancellationToken));
        return command;
    }

    static async Task RunAsync(string policy, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Services.AddRabbitMq(builder.Configuration).AddRedis(builder.Configuration).AddWorker(builder.Configuration);
        if (StaticPolicies.Find(policy) is { } makePolicy)
            builder.Services.AddSingleton(makePolicy);

        await using var app = builder.Build();
        app.MapOperations();
        app.Services.LoadModels();
        await ((IHost)app).RunAsync(cancellationToken);
    }
}
