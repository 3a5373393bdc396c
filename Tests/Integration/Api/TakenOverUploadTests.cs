using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Jobs;
using SkillAi.Queue.Producer.Idempotency;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Blobs;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Integration.Api;

/// <summary>Another try of the same call brings the body in while the first one stands still.</summary>
public sealed class TakenOverUploadTests(SharedServers servers) : ApiTest(servers)
{
    const string Key = "8e03978e-40d5-43dd-bc93-6894a57f9324";

    [Fact]
    public async Task A_slow_first_try_does_not_fail_the_job_that_its_repeat_completed()
    {
        await using var host = await ApiHost.StartAsync(await NewRedisAsync(), publisher: null, services =>
            services.AddSingleton<IBlobStore>(provider =>
                new GatedBlobs(new RedisBlobStore(provider.GetRequiredService<RedisConnection>()))));
        await host.DeclareAsync(Model);
        var blobs = (GatedBlobs)host.Get<IBlobStore>();
        var slow = PostAsync(host);
        await blobs.Reached;
        await host.Get<RedisConnection>().Database.KeyDeleteAsync(
            Keys.KeyedCallLease(IdempotencyKey.Scope(Tenants.Default, "/v1/jobs", Key)));

        var job = await JobAsync(await PostAsync(host));
        blobs.Open();

        await IsProblemAsync(await slow, HttpStatusCode.Conflict, "still-running");
        Assert.Equal(job.Id, (await JobAsync(await PostAsync(host))).Id);
        await using var worker = await FakeWorker.StartAsync(host, Model);
        Assert.Equal(
            (JobState.Succeeded, 200L), await EndAsync(host, job.Id) is var ended ? (ended.State, ended.Counts.Succeeded) : default);
    }

    static Task<HttpResponseMessage> PostAsync(ApiHost host)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, $"/v1/jobs?model={Model}") { Content = Lines(Numbered(200)) };
        message.Headers.Add(HttpHeaders.IdempotencyKey, Key);
        return host.Http.SendAsync(message);
    }
}
