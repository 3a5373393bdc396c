using SkillAi.Queue.Transport.Hosting;

namespace SkillAi.Queue.Tests.Unit.Transport;

public sealed class RefusalTests
{
    [Theory]
    [InlineData("Devices: Worker:Devices must be 1 to 64.", "Worker:Devices must be 1 to 64.")]
    [InlineData("Worker:Devices must be 1 to 64.", "Worker:Devices must be 1 to 64.")]
    [InlineData("Spool: the folder must be a path.", "Spool: the folder must be a path.")]
    public void A_setting_is_named_once(string failure, string said)
    {
        Assert.Equal(said, Refusal.Describe(new("", typeof(object), [failure])));
    }

    [Fact]
    public void Each_refusal_has_a_line_of_its_own()
    {
        Assert.Equal("A:B is wrong.\nA:C is wrong.", Refusal.Describe(new("", typeof(object), ["B: A:B is wrong.", "C: A:C is wrong."])));
    }
}
