using SkillAi.Queue.Contracts;
using SkillAi.Queue.Tests.Deploy;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Integration.Api;

/// <summary>The queries of the chart's triggers, asked of a real Prometheus that scrapes two instances of the API, after
/// a known number of items was accepted and nobody has worked on them.</summary>
public sealed class PrometheusTriggerTests(SharedServers servers) : ApiTest(servers)
{
    const int Bulk = 10_000;
    const int Urgent = 200;

    static readonly IReadOnlyList<ScaleTrigger> Triggers =
    [
        .. Chart.Examples.SelectMany(example => Manifests.ScaledObjects(Chart.Render(4, example)))
            .SelectMany(pool => pool.Spec.Triggers)
            .Where(trigger => trigger.Type == "prometheus")
            .DistinctBy(trigger => trigger.Metadata["query"]),
    ];

    [Fact]
    public async Task Every_query_finds_what_waits_and_what_arrived()
    {
        var redis = await NewRedisAsync();
        await using var one = await ApiHost.StartAsync(redis);
        await using var other = await ApiHost.StartAsync(redis);
        string[] models = ["moderation", "ranking"];
        foreach (var model in models)
            await one.DeclareAsync(model);

        await using var prometheus = await PrometheusServer.StartNewAsync(one.Address, other.Address);
        await Eventually.IsTrueAsync(async () => await prometheus.QueryAsync(
            $"count({MetricNames.ItemsEnqueued} == 0)") == 2 * 2 * models.Length);

        foreach (var model in models)
            await FillAsync(one, other, model);

        foreach (var trigger in Triggers)
            await AnswersAsync(prometheus, trigger);

        // What alerts and the dashboard share says the same.
        await IsNearAsync(prometheus, "sum(skillai:backlog_items{lane=\"bulk\"})", models.Length * Bulk);
        Assert.Equal(6, Triggers.Count);
    }

    static async Task FillAsync(ApiHost one, ApiHost other, string model)
    {
        await one.Get<ModelDirectory>().KeepAliveAsync(model, "1", "fake");
        await Eventually.IsTrueAsync(async () => (await other.Http.GetAsync($"/v1/models/{model}")).IsSuccessStatusCode);
        foreach (var host in new[] { one, other })
        {
            (await host.Http.PostAsync($"/v1/jobs?model={model}", Lines(Numbered(Bulk / 2)))).EnsureSuccessStatusCode();
            var items = string.Join(',', Enumerable.Repeat("\"a\"", Urgent / 2));
            var body = $"{{\"model\":\"{model}\",\"lane\":\"{Lane.Priority.Name()}\",\"input\":[{items}]}}";
            (await host.Http.PostAsync("/v1/requests", Json(body))).EnsureSuccessStatusCode();
        }
    }

    // All of it arrived within the minute over which the queries take the rate.
    static Task AnswersAsync(PrometheusServer prometheus, ScaleTrigger trigger)
    {
        var accepted = trigger.Metadata["query"].Contains("lane=\"bulk\"", StringComparison.Ordinal) ? Bulk : Urgent;
        var isRate = trigger.Name.EndsWith("-rate", StringComparison.Ordinal);
        return IsNearAsync(prometheus, trigger.Metadata["query"], isRate ? accepted / 60.0 : accepted);
    }

    static Task IsNearAsync(PrometheusServer prometheus, string query, double expected) => Eventually.IsTrueAsync(
        async () => Math.Abs(await prometheus.QueryAsync(query) - expected ?? double.MaxValue) <= 0.05 * expected);
}
