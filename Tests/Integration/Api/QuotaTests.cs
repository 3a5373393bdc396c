using System.Net;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Jobs;
using SkillAi.Queue.Producer.Scaling;
using SkillAi.Queue.Tests.Servers;
using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Tests.Integration.Api;

public sealed class QuotaTests(SharedServers servers) : ApiTest(servers)
{
    [Fact]
    public async Task A_tenant_has_so_many_jobs_and_no_more_until_one_ends()
    {
        await using var host = await StartAsync(
            publisher: null, ("Quota:MaxOpenJobs", "2"), ("Security:TrustTenantHeader", "true"));

        // Right after the loop that counts for itself came round.
        await Eventually.IsTrueAsync(() => host.Get<Backlog>().Items is not null);
        var first = await UploadAsync(host, "1\n");
        await UploadAsync(host, "1\n");

        var problem = await IsProblemAsync(await PostAsync(host, "default"), HttpStatusCode.TooManyRequests, "quota-spent");
        Assert.Contains("2 unfinished jobs", problem.GetProperty("detail").GetString());
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync(host, "other")).StatusCode);

        await host.Http.PostAsync($"/v1/jobs/{first.Id}/cancel", content: null);
        await Eventually.IsTrueAsync(async () => (await PostAsync(host, "default")).StatusCode == HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task A_job_that_passes_the_quota_of_items_fails_and_gives_its_room_back()
    {
        await using var host = await StartAsync(publisher: null, ("Quota:MaxPendingItems", "1000"));
        await Eventually.IsTrueAsync(() => host.Get<Backlog>().Items is not null);
        var other = await UploadAsync(host, Numbered(600));

        var refused = await host.Http.PostAsync("/v1/jobs?model=m", Lines(Numbered(900)));

        var problem = await IsProblemAsync(refused, HttpStatusCode.TooManyRequests, "quota-spent");
        Assert.Contains("1000 pending items", problem.GetProperty("detail").GetString());
        await IsFailedAsync(host);
        await host.Http.PostAsync($"/v1/jobs/{other.Id}/cancel", content: null);
        await Eventually.IsTrueAsync(async () =>
            (await host.Http.PostAsync("/v1/jobs?model=m", Lines(Numbered(900)))).StatusCode == HttpStatusCode.Accepted);
    }

    [Fact]
    public async Task A_job_that_alone_is_above_the_quota_of_items_need_not_come_again()
    {
        await using var host = await StartAsync(publisher: null, ("Quota:MaxPendingItems", "1000"));

        var refused = await host.Http.PostAsync("/v1/jobs?model=m", Lines(Numbered(5000)));

        var problem = await IsProblemAsync(refused, HttpStatusCode.RequestEntityTooLarge, "too-large");
        Assert.Contains("1000 items", problem.GetProperty("detail").GetString());
        Assert.Null(refused.Headers.RetryAfter);
        await IsFailedAsync(host);
    }

    static async Task IsFailedAsync(ApiHost host)
    {
        var job = (await host.Get<JobStore>().ListAsync(Tenants.Default, after: null, limit: 1)).Single();
        Assert.Equal((JobState.Failed, "quota spent"), (job.State, job.Error));
    }

    static async Task<HttpResponseMessage> PostAsync(ApiHost host, string tenant)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/v1/jobs?model=m")
        {
            Content = Lines("1\n"),
            Headers = { { "X-Tenant", tenant } },
        };
        return await host.Http.SendAsync(message);
    }
}
