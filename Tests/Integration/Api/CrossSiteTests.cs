using System.Net;
using SkillAi.Queue.Embedded;
using SkillAi.Queue.Tests.Servers;

namespace SkillAi.Queue.Tests.Integration.Api;

/// <summary>What a page in its user's browser can make of an API that asks for no key.</summary>
public sealed class CrossSiteTests(SharedServers servers) : ApiTest(servers)
{
    [Fact]
    public async Task Another_origins_page_changes_nothing_unless_it_is_named()
    {
        await using var host = await StartAsync(publisher: null, ("Security:AllowedOrigins", "https://app.example"));

        await IsProblemAsync(await PostAsync(host.Http, "https://evil.example"), HttpStatusCode.Forbidden, "foreign-origin");
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync(host.Http, "https://app.example")).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync(host.Http, host.Address.GetLeftPart(UriPartial.Authority))).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await PostAsync(host.Http, origin: null)).StatusCode);
    }

    [Theory]
    [InlineData(null, "evil.example", HttpStatusCode.BadRequest)]
    [InlineData(null, "localhost", HttpStatusCode.OK)]
    [InlineData(null, "127.0.0.1", HttpStatusCode.OK)]
    [InlineData(null, "[::1]", HttpStatusCode.OK)]
    [InlineData("name.example", "name.example", HttpStatusCode.OK)]
    public async Task The_embedded_service_answers_to_its_own_names_only(string? allowed, string name, HttpStatusCode status)
    {
        var settings = new EmbeddedSettings(More: new Dictionary<string, string?> { ["AllowedHosts"] = allowed });
        await using var service = await EmbeddedService.StartAsync(settings, TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = service.Url };

        foreach (var port in (string[])["", $":{service.Url.Port}", ":1"])
        {
            using var get = new HttpRequestMessage(HttpMethod.Get, "/v1/jobs") { Headers = { Host = name + port } };
            Assert.Equal(status, (await http.SendAsync(get)).StatusCode);
        }
    }

    static async Task<HttpResponseMessage> PostAsync(HttpClient http, string? origin)
    {
        using var post = new HttpRequestMessage(HttpMethod.Post, "/v1/jobs?model=m") { Content = Lines("1\n") };
        if (origin is not null)
            post.Headers.Add("Origin", origin);

        return await http.SendAsync(post);
    }
}
