using System.Text.RegularExpressions;
using SkillAi.Queue.Transport.RabbitMq;

namespace SkillAi.Queue.Tests.Unit.Transport;

public sealed class BrokerNodesTests
{
    [Theory]
    [InlineData("amqp://one", "amqp://one/")]
    [InlineData("amqp://guest:a,b@one:5672,two:5673/jobs", "amqp://guest:a,b@one:5672/jobs amqp://guest:a,b@two:5673/jobs")]
    [InlineData("amqps://u:p@one,two,three", "amqps://u:p@one/ amqps://u:p@two/ amqps://u:p@three/")]
    [InlineData("AMQP://[::1]:1,127.0.0.1:2/a@b", "amqp://[::1]:1/a@b amqp://127.0.0.1:2/a@b")]
    public void An_address_names_one_node_or_several(string url, string nodes)
    {
        Assert.Matches(BrokerNodes.Pattern, url);
        Assert.Equal(nodes.Split(' '), BrokerNodes.Parse(url).Select(node => node.ToString()));
    }

    [Theory]
    [InlineData("http://one")]
    [InlineData("one:5672")]
    [InlineData("amqp://")]
    [InlineData("amqp:///jobs")]
    [InlineData("amqp://one,,two")]
    [InlineData("amqp://one,")]
    [InlineData("amqp://one:port")]
    [InlineData("amqp://one, two")]
    [InlineData("amqp://one,amqp://two")]
    public void What_names_no_node_is_refused(string url) =>
        Assert.False(Regex.IsMatch(url, BrokerNodes.Pattern, RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)));
}
