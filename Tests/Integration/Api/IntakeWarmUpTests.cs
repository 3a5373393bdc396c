using System.Net;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Requests;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Broker;
using StackExchange.Redis;

namespace SkillAi.Queue.Tests.Integration.Api;

public sealed class IntakeWarmUpTests(SharedServers servers) : ApiTest(servers)
{
    [Fact]
    public async Task An_api_is_ready_once_it_has_played_a_request_through_and_alive_before()
    {
        var broker = new GatedPublisher { Failure = new BrokerUnavailableException("Down.") };
        await using var host = await StartAsync(broker);

        Assert.Equal(HttpStatusCode.OK, await AskAsync(host, "live"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await AskAsync(host, "ready"));

        broker.Failure = null;
        await Eventually.IsTrueAsync(async () => await AskAsync(host, "ready") == HttpStatusCode.OK);
    }

    [Fact]
    public async Task Nothing_of_it_stays()
    {
        var address = await NewRedisAsync();
        var broker = new GatedPublisher();
        await using var host = await ApiHost.StartAsync(address, broker);
        await Eventually.IsTrueAsync(async () => await AskAsync(host, "ready") == HttpStatusCode.OK);

        await using var redis = await ConnectionMultiplexer.ConnectAsync(address);
        var keys = redis.GetServers().Single().Keys(redis.GetDatabase().Database, pageSize: 1000).Select(key => key.ToString());
        var shards = Enumerable.Range(0, RequestId.Shards).Select(Keys.ShardName);
        Assert.DoesNotContain(keys, key => shards.Any(shard => key.Contains($"{{{shard}}}")));
        Assert.Empty(broker.Published);
    }

    static async Task<HttpStatusCode> AskAsync(ApiHost host, string probe)
    {
        using var answer = await host.Http.GetAsync($"/health/{probe}");
        return answer.StatusCode;
    }
}
