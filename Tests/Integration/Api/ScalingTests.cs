using System.Net;
using System.Text.Json;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Scaling;
using SkillAi.Queue.Contracts.Wire;
using SkillAi.Queue.Tests.Deploy;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Integration.Api;

public sealed class ScalingTests(SharedServers servers) : ApiTest(servers)
{
    const int Bulk = 700;
    const int Urgent = 12;

    [Fact]
    public async Task The_backlog_is_what_was_accepted_and_not_answered()
    {
        await using var host = await StartAsync();
        await FillAsync(host, Model);
        await BacklogIsAsync(host, Model, Bulk, Urgent);
        var waiting = await host.Http.GetStringAsync("/metrics");

        await using var worker = await FakeWorker.StartAsync(host, Model);

        await BacklogIsAsync(host, Model, bulk: 0, urgent: 0);
        Assert.Contains($"{MetricNames.JobsOpen}{{model=\"{Model}\"}} 1\n", waiting, StringComparison.Ordinal);
        Assert.DoesNotContain($"{MetricNames.OldestJob}{{model=\"{Model}\"}} 0\n", waiting, StringComparison.Ordinal);
        await ShowsAsync(host, $"{MetricNames.JobsOpen}{{model=\"{Model}\"}} 0\n");
        await ShowsAsync(host, $"{MetricNames.OldestJob}{{model=\"{Model}\"}} 0\n");
        await ShowsAsync(host, $"{MetricNames.JobDuration}_count{{model=\"{Model}\",outcome=\"succeeded\"}} 1\n");
    }

    static Task ShowsAsync(ApiHost host, string sample) => Eventually.IsTrueAsync(
        async () => (await host.Http.GetStringAsync("/metrics")).Contains(sample, StringComparison.Ordinal), sample);

    [Fact]
    public async Task Instances_agree_on_the_backlog_and_share_the_arrivals()
    {
        var redis = await NewRedisAsync();
        await using var one = await ApiHost.StartAsync(redis);
        await using var other = await ApiHost.StartAsync(redis);
        await one.DeclareAsync(Model);
        await FillAsync(one, Model);

        await BacklogIsAsync(other, Model, Bulk, Urgent);

        Assert.Equal(0, (await LoadAsync(other, "m.bulk")).ArrivalsPerSecond);
        Assert.InRange((await LoadAsync(one, "m.bulk")).ArrivalsPerSecond, Bulk / 60.0, Bulk / 10.0);
    }

    [Theory]
    [InlineData("/scaling/unknown.bulk")]
    [InlineData("/scaling/m.urgent")]
    [InlineData("/scaling/m")]
    [InlineData("/scaling/.bulk")]
    public async Task An_unknown_pool_is_404(string path)
    {
        await using var host = await StartAsync();

        await IsProblemAsync(await host.Http.GetAsync(path), HttpStatusCode.NotFound, "unknown-pool");
    }

    [Fact]
    public async Task A_models_name_may_have_dots()
    {
        await using var host = await StartAsync();
        await host.DeclareAsync("a.b.bulk");

        Assert.Equal(0, (await LoadAsync(host, "a.b.bulk.priority")).BacklogItems);
    }

    [Fact]
    public async Task A_store_that_is_away_is_an_error_and_not_a_zero()
    {
        await using var host = await ApiHost.StartAsync($"127.0.0.1:{Ports.Free()}");

        var answer = await host.Http.GetAsync("/scaling/m.bulk");

        await IsProblemAsync(answer, HttpStatusCode.ServiceUnavailable, "store-unavailable");
    }

    [Fact]
    public async Task Every_trigger_of_the_chart_finds_its_number_here()
    {
        var triggers = Manifests.ScaledObjects(Chart.RenderWith(4, "autoscaling.mode=keda-metrics-api").Succeeded())
            .SelectMany(pool => pool.Spec.Triggers).ToList();
        await using var host = await StartAsync();
        await host.DeclareAsync("moderation");
        await FillAsync(host, "moderation");
        await BacklogIsAsync(host, "moderation", Bulk, Urgent);

        foreach (var trigger in triggers)
        {
            var url = new Uri(trigger.Metadata["url"]);
            using var answer = JsonDocument.Parse(await host.Http.GetStringAsync(url.AbsolutePath));
            var value = answer.RootElement.GetProperty(trigger.Metadata["valueLocation"]).GetDouble();
            var accepted = url.AbsolutePath.EndsWith(".bulk", StringComparison.Ordinal) ? Bulk : Urgent;
            if (trigger.Name.EndsWith("-backlog", StringComparison.Ordinal))
                Assert.Equal(accepted, value);
            else
                Assert.InRange(value, accepted / 60.0, accepted / 10.0);

            Assert.Equal(
                trigger.Name.EndsWith("-backlog", StringComparison.Ordinal) ? "max" : "sum", trigger.Metadata["aggregationType"]);
        }

        Assert.Equal(4, triggers.Count);
    }

    static async Task FillAsync(ApiHost host, string model)
    {
        await host.Get<ModelDirectory>().KeepAliveAsync(model, "1", "fake");
        (await host.Http.PostAsync($"/v1/jobs?model={model}", Lines(Numbered(Bulk)))).EnsureSuccessStatusCode();
        var items = string.Join(',', Enumerable.Repeat("\"a\"", Urgent));
        var body = $"{{\"model\":\"{model}\",\"lane\":\"{Lane.Priority.Name()}\",\"input\":[{items}]}}";
        (await host.Http.PostAsync("/v1/requests", Json(body))).EnsureSuccessStatusCode();
    }

    static Task BacklogIsAsync(ApiHost host, string model, int bulk, int urgent) => Eventually.IsTrueAsync(async () =>
        (await LoadAsync(host, $"{model}.bulk")).BacklogItems == bulk
        && (await LoadAsync(host, $"{model}.priority")).BacklogItems == urgent);

    /// <summary>Right after its start an instance does not know yet, and says so.</summary>
    static async Task<PoolLoad> LoadAsync(ApiHost host, string pool)
    {
        HttpResponseMessage? answer = null;
        await Eventually.IsTrueAsync(async () =>
        {
            answer = await host.Http.GetAsync($"/scaling/{pool}");
            return answer.StatusCode != HttpStatusCode.ServiceUnavailable;
        });
        return JsonSerializer.Deserialize(await answer!.Content.ReadAsStringAsync(), WireJson.Default.PoolLoad)!;
    }
}
