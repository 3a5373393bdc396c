using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Producer.Scaling;
using SkillAi.Queue.Producer.Telemetry;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Broker;

namespace SkillAi.Queue.Tests.Integration.Api;

public sealed class RefusalTests(SharedServers servers) : ApiTest(servers)
{
    [Fact]
    public async Task A_full_lane_tells_when_to_come_again()
    {
        await using var host = await StartBlindAsync(new GatedPublisher { Failure = new BrokerRefusedException("full") });
        See(host, Lane.Bulk, items: 2_000, perSecond: 100);

        var refused = await host.Http.PostAsync("/v1/requests", Json("""{"model":"m","lane":"bulk","input":1}"""));

        await IsProblemAsync(refused, HttpStatusCode.TooManyRequests, "queue-full");
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData(""" "deadline_ms":100, """, HttpStatusCode.ServiceUnavailable)]
    [InlineData(""" "deadline_ms":60000, """, HttpStatusCode.Accepted)]
    [InlineData("", HttpStatusCode.Accepted)]
    public async Task A_deadline_that_cannot_be_met_is_refused_at_once(string deadline, HttpStatusCode status)
    {
        await using var host = await StartBlindAsync();
        await using var worker = await FakeWorker.StartAsync(host, Model);
        See(host, Lane.Priority, items: 1_000, perSecond: 50);

        var response = await host.Http.PostAsync("/v1/requests", Json($$"""{"model":"m",{{deadline}}"input":1}"""));

        Assert.Equal(status, response.StatusCode);
        if (status == HttpStatusCode.ServiceUnavailable)
            await IsProblemAsync(response, status, "no-time");
    }

    /// <summary>Without the loop that reads for itself what waits: only <see cref="See"/> tells.</summary>
    async Task<ApiHost> StartBlindAsync(IChunkPublisher? publisher = null)
    {
        var host = await ApiHost.StartAsync(await NewRedisAsync(), publisher, services =>
            services.Remove(services.Single(service => service.ImplementationType == typeof(BacklogLoop))));
        await host.DeclareAsync(Model);
        return host;
    }

    static void See(ApiHost host, Lane lane, long items, double perSecond) => host.Get<LaneWaits>().Update(
        new Dictionary<(string, Lane), long> { [(Model, lane)] = items },
        new Dictionary<(string, Lane), double> { [(Model, lane)] = perSecond });
}
