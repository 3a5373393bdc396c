using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Integration.Api;

/// <summary>Two versions of a model, each on a worker of its own, on the same queues of a real RabbitMQ.</summary>
public sealed class RolloutTests(SharedServers servers) : ApiTest(servers)
{
    readonly SharedServers _servers = servers;
    readonly string _model = "m" + Guid.NewGuid().ToString("N");
    readonly string _models = Directory.CreateTempSubdirectory("skillai-rollout-").FullName;

    public override async ValueTask DisposeAsync()
    {
        Directory.Delete(_models, recursive: true);
        await base.DisposeAsync();
    }

    [Fact]
    public async Task While_a_version_is_rolled_out_every_request_finds_the_worker_that_has_its_version()
    {
        var settings = new[]
        {
            ("ConnectionStrings:Redis", await NewRedisAsync()),
            ("ConnectionStrings:RabbitMq", (await _servers.RabbitMqAsync()).Url),
        };
        await using var older = await HostedWorker.StartAsync(Path.Combine(_models, "older"), _model, "1", settings);
        await using var newer = await HostedWorker.StartAsync(Path.Combine(_models, "newer"), _model, "2", settings);
        await using var api = await ApiHost.StartAsync(settings[0].Item2, publisher: null, services: null, settings[1]);
        await Eventually.IsTrueAsync(async () => (await api.Get<ModelDirectory>().ListLiveAsync(_model)).Count == 2);

        var requests = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => SubmitAsync(api, version: i % 2 == 0 ? "1" : "2")));

        Assert.All(requests, request => Assert.Equal((RequestState.Succeeded, 1), (request.State, request.Attempts)));
    }

    async Task<RequestResource> SubmitAsync(ApiHost api, string version)
    {
        using var submit = new HttpRequestMessage(HttpMethod.Post, "/v1/requests")
        {
            Content = Json($$"""{"model":"{{_model}}","version":"{{version}}","input":"a"}"""),
            Headers = { { "Prefer", "wait=60" } },
        };
        return await RequestAsync(await api.Http.SendAsync(submit));
    }
}
