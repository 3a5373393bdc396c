using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using SkillAi.Queue.Transport.Hosting;
using SkillAi.Queue.Worker.Hosting;

namespace SkillAi.Queue.Tests.Unit.Transport;

public sealed class SettingsBindingTests
{
    [Theory]
    [InlineData("Lanes", "urgent", "Worker:Lanes is 'urgent'; it must be one of Both, Priority, Bulk.")]
    [InlineData("Devices", "many", "Worker:Devices is 'many'; it must be a number.")]
    [InlineData("ShutdownTimeout", "soon", "Worker:ShutdownTimeout is 'soon'; it must be a time, hours:minutes:seconds.")]
    public void A_value_of_another_kind_is_refused_with_a_sentence(string setting, string value, string said)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { [$"Worker:{setting}"] = value })
            .Build();

        var refused = Assert.Throws<OptionsValidationException>(
            () => SettingsBinding.Read(configuration.GetSection("Worker"), new WorkerOptions()));

        Assert.Equal(said, Refusal.Describe(refused));
    }
}
