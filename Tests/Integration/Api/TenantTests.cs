using System.Net;
using System.Net.Http.Json;
using SkillAi.Queue.Contracts.Jobs;
using SkillAi.Queue.Contracts.Wire;
using SkillAi.Queue.Tests.Servers;

namespace SkillAi.Queue.Tests.Integration.Api;

public sealed class TenantTests(SharedServers servers) : ApiTest(servers)
{
    ApiHost _host = null!;

    public override async ValueTask InitializeAsync() =>
        _host = await StartAsync(publisher: null, ("Security:TrustTenantHeader", "true"));

    public override async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task Work_travels_under_its_tenants_name()
    {
        await using var worker = await FakeWorker.StartAsync(_host, Model);

        await SendAsync(HttpMethod.Post, "/v1/jobs?model=m", "red", Lines("1\n"));
        await SendAsync(HttpMethod.Post, "/v1/requests", "blue", Json("""{"model":"m","input":1}"""));

        await Eventually.IsTrueAsync(() => worker.Received.Length == 2);
        Assert.Equal("red", worker.Received.Single(chunk => chunk.Job is not null).Tenant);
        Assert.Equal("blue", worker.Received.Single(chunk => chunk.Job is null).Segments.Single().Tenant);
    }

    [Fact]
    public async Task A_tenant_lists_its_own_jobs()
    {
        var red = await JobAsync(await SendAsync(HttpMethod.Post, "/v1/jobs?model=m", "red", Lines("1\n")));
        await SendAsync(HttpMethod.Post, "/v1/jobs?model=m", "blue", Lines("1\n"));

        var listed = await SendAsync(HttpMethod.Get, "/v1/jobs", "red");

        var page = await listed.Content.ReadFromJsonAsync(WireJson.Default.JobList);
        Assert.Equal(red.Id, page!.Data.Single().Id);
    }

    [Fact]
    public async Task A_name_that_is_none_is_a_problem() => await IsProblemAsync(
        await SendAsync(HttpMethod.Post, "/v1/jobs?model=m", "Not A Name", Lines("1\n")), HttpStatusCode.BadRequest, "malformed");

    async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string tenant, HttpContent? content = null)
    {
        using var message = new HttpRequestMessage(method, path) { Content = content, Headers = { { "X-Tenant", tenant } } };
        return await _host.Http.SendAsync(message);
    }
}
