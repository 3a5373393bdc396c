using SkillAi.Queue.Contracts;
using SkillAi.Queue.Tests.Deploy;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Integration.Api;

/// <summary>The numbers of the chart's RabbitMQ triggers, asked of a real broker's management API while the API accepts
/// work at a known pace that nobody does.</summary>
public sealed class RabbitMqTriggerTests(SharedServers servers) : ApiTest(servers)
{
    const string Moderation = "moderation";
    const int ChunksOfJob = 5;
    const int JobsPerSecond = 4;
    const int RequestsPerSecond = 20;

    static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(50);

    [Fact]
    public async Task Every_trigger_finds_what_waits_and_what_arrives()
    {
        var triggers = Manifests.ScaledObjects(Chart.Render(4, "keda-rabbitmq.yaml")).SelectMany(pool => pool.Spec.Triggers).ToList();
        await using var broker = await RabbitMqServer.StartNewAsync();
        using var scaler = new RabbitMqScaler(await broker.StartManagementAsync());
        await using var host = await StartAsync(broker);

        var accepted = await SubmitUntilAsync(host, async () =>
        {
            foreach (var rate in triggers.Where(IsRate))
            {
                if (!IsNear(await scaler.AskAsync(rate), IsBulk(rate) ? JobsPerSecond * ChunksOfJob : RequestsPerSecond))
                    return false;
            }

            return true;
        });

        foreach (var backlog in triggers.Where(trigger => !IsRate(trigger)))
        {
            // Bulk thresholds are in messages of a full chunk.
            var messages = IsBulk(backlog) ? accepted.BulkItems / Limits.JobChunkItems : accepted.Requests;
            await Eventually.IsTrueAsync(async () => IsNear(await scaler.AskAsync(backlog), messages));
        }

        Assert.Equal(4, triggers.Count);
    }

    async Task<ApiHost> StartAsync(RabbitMqServer broker)
    {
        var host = await ApiHost.StartAsync(
            await NewRedisAsync(), publisher: null, services: null,
            ("ConnectionStrings:RabbitMq", broker.Url), ("Feeder:WindowItems", "1000000"),
            ("Feeder:WindowTime", "00:00:00"));
        await host.DeclareAsync(Moderation);
        await Eventually.IsTrueAsync(() => host.Get<IChunkPublisher>().IsReady);
        return host;
    }

    /// <summary>Keeps the pace over the time that passes, however late a tick comes: the broker looks every five seconds.</summary>
    static async Task<(int BulkItems, int Requests)> SubmitUntilAsync(ApiHost host, Func<Task<bool>> isSeen)
    {
        var started = TimeProvider.System.GetTimestamp();
        var (jobs, requests) = (0, 0);
        var seen = Eventually.IsTrueAsync(isSeen);
        using var ticks = new PeriodicTimer(Tick, TimeProvider.System);
        while (!seen.IsCompleted)
        {
            await host.Get<ModelDirectory>().KeepAliveAsync(Moderation, "1", "fake");
            var elapsed = TimeProvider.System.GetElapsedTime(started).TotalSeconds;
            for (; requests < elapsed * RequestsPerSecond; requests++)
                (await host.Http.PostAsync("/v1/requests", Json($$"""{"model":"{{Moderation}}","lane":"priority","input":"a"}"""))).EnsureSuccessStatusCode();

            for (; jobs < elapsed * JobsPerSecond; jobs++)
                (await host.Http.PostAsync($"/v1/jobs?model={Moderation}", Lines(Numbered(ChunksOfJob * Limits.JobChunkItems)))).EnsureSuccessStatusCode();

            await ticks.WaitForNextTickAsync();
        }

        await seen;
        return (jobs * ChunksOfJob * Limits.JobChunkItems, requests);
    }

    static bool IsRate(ScaleTrigger trigger) => trigger.Name.EndsWith("-rate", StringComparison.Ordinal);

    static bool IsBulk(ScaleTrigger trigger) => trigger.Metadata["queueName"] == Topology.Queue(Moderation, Lane.Bulk);

    static bool IsNear(double? value, double expected) => Math.Abs(value - expected ?? double.MaxValue) <= 0.05 * expected;
}
