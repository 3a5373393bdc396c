using Microsoft.Extensions.Primitives;
using SkillAi.Queue.Producer.Requests;

namespace SkillAi.Queue.Tests.Unit.Producer;

public sealed class PreferencesTests
{
    [Theory]
    [InlineData("wait=5", 5)]
    [InlineData("respond-async, wait=10", 10)]
    [InlineData("WAIT = 7 ; foo=bar", 7)]
    [InlineData("wait=\"3\"", 3)]
    [InlineData("return=minimal,wait=0", 0)]
    [InlineData("wait=61", 60)]
    [InlineData("wait=99999999999999999999999", 60)]
    [InlineData("wait=5, wait=9", 5)]
    [InlineData("wait=x, wait=9", 9)]
    public void Finds_how_long_the_caller_would_wait(string header, int seconds)
    {
        Assert.Equal(TimeSpan.FromSeconds(seconds), Preferences.Parse(header).Wait);
    }

    [Theory]
    [InlineData("")]
    [InlineData("respond-async")]
    [InlineData("wait")]
    [InlineData("wait=")]
    [InlineData("wait=-1")]
    [InlineData("wait=1.5")]
    [InlineData("waiting=5")]
    [InlineData(",,;;==")]
    public void Ignores_what_it_does_not_understand(string header)
    {
        Assert.Null(Preferences.Parse(header).Wait);
    }

    [Fact]
    public void Reads_all_headers_of_the_name()
    {
        Assert.Equal(
            TimeSpan.FromSeconds(4), Preferences.Parse(new StringValues(["respond-async", "handling=strict, wait=4"])).Wait);
        Assert.Null(Preferences.Parse(StringValues.Empty).Wait);
    }
}
