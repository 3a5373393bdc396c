using SkillAi.Queue.Client.Commands;
using SkillAi.Queue.Transport.Hosting;

namespace SkillAi.Queue.Embedded;

static class Program
{
    static Task<int> Main(string[] arguments)
    {
        var root = SkillAiCommands.Create(StartAsync, EmbeddedSettings.Sample, TimeProvider.System);
        root.Add(ServeCommand.Create());
        return SkillAiCommands.RunAsync(root, arguments);
    }

    static async Task<ServiceAddress> StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            var service = await EmbeddedService.StartAsync(new EmbeddedSettings(), cancellationToken);
            return new ServiceAddress(service.Url, service.DisposeAsync);
        }
        catch (StartRefusedException refused)
        {
            throw new ServiceStartException(refused.Message, refused);
        }
    }
}
