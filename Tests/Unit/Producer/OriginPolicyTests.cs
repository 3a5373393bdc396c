using Microsoft.AspNetCore.Http;
using SkillAi.Queue.Producer.Security;

namespace SkillAi.Queue.Tests.Unit.Producer;

public sealed class OriginPolicyTests
{
    [Theory]
    [InlineData("GET", "https://evil.example", "cross-site")]
    [InlineData("HEAD", "https://evil.example", null)]
    [InlineData("OPTIONS", "https://evil.example", null)]
    [InlineData("POST", null, null)]
    [InlineData("POST", "http://api.example:8080", null)]
    [InlineData("POST", "https://API.example:8080", "same-origin")]
    [InlineData("DELETE", "https://gateway.example", "same-origin")]
    [InlineData("POST", null, "none")]
    public void What_reads_or_comes_from_a_program_or_the_own_pages_is_let_in(string method, string? origin, string? site) =>
        Assert.False(IsForeign(null, method, origin, site));

    [Theory]
    [InlineData("POST", "https://evil.example", null)]
    [InlineData("DELETE", "http://api.example", null)]
    [InlineData("PUT", "http://api.example:3000", "same-site")]
    [InlineData("POST", "null", null)]
    [InlineData("POST", "api.example:8080", null)]
    [InlineData("POST", "http://api.example:8080, http://api.example:8080", null)]
    [InlineData("POST", null, "cross-site")]
    [InlineData("POST", "http://api.example:8080", "cross-site")]
    public void What_another_origins_page_would_change_is_refused(string method, string? origin, string? site) =>
        Assert.True(IsForeign(null, method, origin, site));

    [Theory]
    [InlineData("https://app.example;https://other.example:444", "https://app.example", false)]
    [InlineData("https://app.example;https://other.example:444", "https://OTHER.example:444", false)]
    [InlineData("https://app.example", "http://app.example", true)]
    [InlineData("https://app.example", "https://app.example.evil", true)]
    [InlineData("*", "https://evil.example", false)]
    [InlineData("*", null, false)]
    public void Others_may_be_named(string allowed, string? origin, bool isForeign) =>
        Assert.Equal(isForeign, IsForeign(allowed, "POST", origin, "cross-site"));

    static bool IsForeign(string? allowed, string method, string? origin, string? site)
    {
        var request = new DefaultHttpContext().Request;
        (request.Method, request.Host) = (method, new("api.example", 8080));
        request.Headers.Origin = origin;
        request.Headers["Sec-Fetch-Site"] = site;
        return new OriginPolicy(new() { AllowedOrigins = allowed }).IsForeign(request);
    }
}
