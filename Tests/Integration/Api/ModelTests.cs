using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SkillAi.Queue.Contracts.Models;
using SkillAi.Queue.Contracts.Wire;
using SkillAi.Queue.Embedded;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Integration.Api;

[Collection(nameof(Alone))]
public sealed class ModelTests(SharedServers servers) : ApiTest(servers)
{
    [Fact]
    public async Task A_model_lists_its_versions_newest_first_and_which_of_them_are_served()
    {
        await using var host = await StartAsync();
        await host.DeclareAsync(Model, "9");
        await host.DeclareAsync(Model, "10");
        await host.Get<ModelDirectory>().KeepAliveAsync(Model, "9", "worker");

        var model = await FindAsync(host.Http, Model);

        Assert.Equal([("10", false), ("9", true), ("1", false)], model.Versions.Select(v => (v.Version, v.IsLive)));
        Assert.Equal(("9", true), (model.Version, model.IsLive));
        Assert.Equal(["toxic"], model.Versions[0].Labels);
    }

    [Fact]
    public async Task The_list_has_every_model_and_leaves_out_the_workers()
    {
        await using var host = await StartAsync();
        await host.DeclareAsync("another");

        var list = await ReadAsync(host.Http, "/v1/models", WireJson.Default.ModelList);

        Assert.Equal(["another", Model], list.Data.Select(model => model.Id));
        Assert.All(list.Data, model => Assert.Null(model.Versions[0].Workers));
    }

    [Fact]
    public async Task What_a_worker_told_is_shown_while_it_lives_and_not_after_it_withdrew()
    {
        await using var host = await StartAsync();
        var directory = host.Get<ModelDirectory>();
        await directory.ReportAsync(Model, "1", new("worker", "cpu", DateTimeOffset.UnixEpoch, []));
        await directory.KeepAliveAsync(Model, "1", "worker");
        var told = await FindAsync(host.Http, Model);
        await directory.WithdrawAsync(Model, "1", "worker");

        var gone = await FindAsync(host.Http, Model);

        Assert.Equal("worker", Assert.Single(told.Versions[0].Workers!).Worker);
        Assert.Empty(gone.Versions[0].Workers!);
    }

    [Fact]
    public async Task An_unknown_model_is_404()
    {
        await using var host = await StartAsync();

        await IsProblemAsync(await host.Http.GetAsync("/v1/models/nothing"), HttpStatusCode.NotFound, "unknown-model");
    }

    [Fact]
    public async Task A_worker_tells_what_its_policy_learned_about_a_model()
    {
        // Whether the warm-up finds another way out hangs on how long runs take on this machine.
        var settings = new EmbeddedSettings(More: new Dictionary<string, string?> { ["Batching:Exit"] = "none" });
        await using var service = await EmbeddedService.StartAsync(settings, TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = service.Url };

        var version = (await FindAsync(http, "moderation")).Versions[0];

        var worker = Assert.Single(version.Workers!);
        Assert.Equal("cpu", worker.Provider);
        var device = Assert.Single(worker.Devices);
        Assert.Equal(PolicyMode.Quantum, device.Mode);
        Assert.InRange(device.QuantumMs!.Value, 0.01, 100);
        Assert.InRange(device.OutputMs, 0, 25);
        Assert.InRange(device.TargetItems, 1, version.MaxRunItems);
        Assert.Equal(version.LengthBuckets, device.Costs.Select(cost => cost.Length));
        Assert.All(device.Costs, cost => Assert.Equal(device.RunSizes.Count, cost.Ms.Count));
        Assert.All(device.Costs, cost => Assert.Equal(cost.Ms.Order(), cost.Ms));
    }

    [Fact]
    public async Task The_numbers_in_force_are_metrics_too()
    {
        await using var service = await EmbeddedService.StartAsync(new(), TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = service.Url };

        var metrics = await http.GetStringAsync("/metrics");

        Assert.Matches("""(?m)^skillai_batch_quantum_seconds\{model="moderation"\} 0\.\d+""", metrics);
        Assert.Matches("""(?m)^skillai_batch_target_size\{lane="bulk",model="moderation"\} [1-9]""", metrics);
    }

    static Task<ModelResource> FindAsync(HttpClient http, string model) =>
        ReadAsync(http, $"/v1/models/{model}", WireJson.Default.ModelResource);

    static async Task<T> ReadAsync<T>(HttpClient http, string path, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(await http.GetStringAsync(path), type)!;
}
