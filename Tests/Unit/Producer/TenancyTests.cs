using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using SkillAi.Queue.Producer.Problems;
using SkillAi.Queue.Producer.Security;

namespace SkillAi.Queue.Tests.Unit.Producer;

public sealed class TenancyTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("team-7_eu")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123")]
    public void A_trusted_header_names_the_tenant(string name) => Assert.Equal(name, Of(isTrusted: true, name));

    [Theory]
    [InlineData("")]
    [InlineData("Team")]
    [InlineData("a b")]
    [InlineData("a:b")]
    [InlineData("ä")]
    [InlineData("01234567890123456789012345678901234567890123456789012345678901234")]
    public void What_is_no_name_is_refused(string name)
    {
        var refused = Assert.Throws<ProblemException>(() => Of(isTrusted: true, name));

        Assert.Equal((400, "X-Tenant"), (refused.Problem.Status, refused.Problem.Field));
    }

    [Fact]
    public void Two_names_are_none() =>
        Assert.Throws<ProblemException>(() => Of(isTrusted: true, new StringValues(["a", "b"])));

    [Fact]
    public void Without_a_header_it_is_the_default() => Assert.Equal("default", Of(isTrusted: true, default));

    [Theory]
    [InlineData("somebody-else")]
    [InlineData("no name")]
    public void A_header_that_is_not_trusted_is_not_looked_at(string name) =>
        Assert.Equal("default", Of(isTrusted: false, name));

    static string Of(bool isTrusted, StringValues header)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers["X-Tenant"] = header;
        return new Tenancy(new() { TrustTenantHeader = isTrusted }).Of(context.Request);
    }
}
