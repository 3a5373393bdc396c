using Microsoft.AspNetCore.Connections;
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
    public void A_port_that_is_taken_is_a_sentence_and_any_other_fault_is_not()
    {
        var taken = new IOException("Failed to bind to address http://127.0.0.1:80: address already in use.", new AddressInUseException("In use."));

        Assert.Equal(taken.Message, Refusal.Find(taken)?.Message);
        Assert.Null(Refusal.Find(new IOException("The disk is full.")));
    }

    [Fact]
    public void Each_refusal_has_a_line_of_its_own()
    {
        Assert.Equal("A:B is wrong.\nA:C is wrong.", Refusal.Describe(new("", typeof(object), ["B: A:B is wrong.", "C: A:C is wrong."])));
    }
}
