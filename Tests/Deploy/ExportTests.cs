using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Prometheus;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Producer.Hosting;
using SkillAi.Queue.Producer.Telemetry;
using SkillAi.Queue.Tests.Unit.Worker;
using SkillAi.Queue.Transport.Hosting;
using SkillAi.Queue.Transport.RabbitMq;
using SkillAi.Queue.Transport.Redis;
using SkillAi.Queue.Worker.Hosting;
using SkillAi.Queue.Worker.Telemetry;

namespace SkillAi.Queue.Tests.Deploy;

/// <summary>What the programs' <c>/metrics</c> hold. A rule over a metric that nobody exports never fires.</summary>
public sealed partial class ExportTests
{
    [Fact]
    public async Task Every_metric_of_the_table_is_exported_by_one_of_the_programs()
    {
        var exported = Names(await ApiAsync()).Concat(Names(await WorkerAsync())).ToHashSet();

        var table = typeof(MetricNames).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!);
        Assert.Empty(table.Except(exported));
    }

    [Fact]
    public async Task What_is_exported_is_well_formed()
    {
        Tool.Promtool.Run(await ApiAsync(), ["check", "metrics"]).Succeeded();
        Tool.Promtool.Run(await WorkerAsync(), ["check", "metrics"]).Succeeded();
    }

    [Fact]
    public async Task The_priority_objective_has_a_bucket_that_ends_at_it()
    {
        Assert.Contains(
            $"{MetricNames.RequestDuration}_bucket{{lane=\"priority\",outcome=\"succeeded\",le=\"0.1\"}} 0",
            await WorkerAsync(), StringComparison.Ordinal);
    }

    static async Task<string> ApiAsync()
    {
        await using var app = Compose((services, settings) => services.AddProducer(settings));
        return await ScrapeAsync(app, services =>
        {
            services.GetRequiredService<IntakeMetrics>();
            services.GetRequiredService<FeedingMetrics>();
        });
    }

    static async Task<string> WorkerAsync()
    {
        await using var app = Compose((services, settings) => services.AddWorker(settings));
        return await ScrapeAsync(app, services =>
        {
            services.GetRequiredService<WorkerMetrics>();
            services.LoadModels();
        });
    }

    static async Task<string> ScrapeAsync(WebApplication app, Action<IServiceProvider> start)
    {
        app.Services.GetRequiredService<RabbitMqMetrics>();
        app.Services.GetRequiredService<RedisConnection>();
        start(app.Services);
        using var page = new MemoryStream();
        await app.Services.GetRequiredService<CollectorRegistry>().CollectAndExportAsTextAsync(page);
        return Encoding.UTF8.GetString(page.ToArray());
    }

    /// <summary>As the programs do, but without a start: nothing is connected to.</summary>
    static WebApplication Compose(Action<IServiceCollection, IConfiguration> program)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Models:Path"] = Shipped.Models, ["ConnectionStrings:Redis"] = "127.0.0.1:1", ["ConnectionStrings:RabbitMq"] = "amqp://127.0.0.1:1",
        });
        builder.Services.AddRabbitMq(builder.Configuration).AddRedis(builder.Configuration);
        program(builder.Services, builder.Configuration);
        return builder.Build();
    }

    static IEnumerable<string> Names(string page) => Help().Matches(page).Select(match => match.Groups["name"].Value);

    [GeneratedRegex(@"^# HELP (?<name>\S+)", RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Help();
}
