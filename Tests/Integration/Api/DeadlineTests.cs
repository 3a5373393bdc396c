using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Tests.Servers;

namespace SkillAi.Queue.Tests.Integration.Api;

/// <summary>Requests behind a worker that is busy: the API answers them at their deadline, not the worker when it comes to
/// them.</summary>
public sealed class DeadlineTests(SharedServers servers) : ApiTest(servers)
{
    static readonly TimeSpan Over = TimeSpan.FromMilliseconds(350);

    readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());

    [Fact]
    public async Task A_caller_who_waits_is_answered_at_the_deadline()
    {
        await using var host = await HostAsync();
        await using var worker = await FakeWorker.StartAsync(host, Model, permits: 0);
        var waiting = SubmitAsync(host);
        await Eventually.IsTrueAsync(() => worker.Received.Length == 1);
        var polling = host.Http.GetAsync($"/v1/requests/{worker.Received[0].Segments[0].Request}?wait=30");

        _time.Advance(Over);

        await IsProblemAsync(await waiting, HttpStatusCode.GatewayTimeout, "deadline-passed");
        Assert.Equal(RequestState.Expired, (await RequestAsync(await polling)).State);
    }

    [Fact]
    public async Task An_answer_that_comes_later_changes_nothing()
    {
        await using var host = await HostAsync();
        await using var worker = await FakeWorker.StartAsync(host, Model, permits: 0);
        var location = (await host.Http.PostAsync("/v1/requests", Body())).Headers.Location;
        _time.Advance(Over);

        var expired = await RequestAsync(await host.Http.GetAsync(location));
        worker.Permit();
        var next = await host.Http.PostAsync("/v1/requests", Body());
        worker.Permit();
        await Eventually.IsTrueAsync(async () =>
            (await RequestAsync(await host.Http.GetAsync(next.Headers.Location))).State == RequestState.Succeeded);

        Assert.Equal(RequestState.Expired, expired.State);
        Assert.Equal(RequestState.Expired, (await RequestAsync(await host.Http.GetAsync(location))).State);
    }

    async Task<ApiHost> HostAsync()
    {
        var host = await ApiHost.StartAsync(
            await NewRedisAsync(), publisher: null, services => services.AddSingleton<TimeProvider>(_time));
        await host.DeclareAsync(Model);
        return host;
    }

    static StringContent Body() => Json("""{"model":"m","lane":"bulk","input":["a","b"],"deadline_ms":300}""");

    static Task<HttpResponseMessage> SubmitAsync(ApiHost host) => host.Http.SendAsync(
        new(HttpMethod.Post, "/v1/requests") { Content = Body(), Headers = { { "Prefer", "wait=30" } } });
}
