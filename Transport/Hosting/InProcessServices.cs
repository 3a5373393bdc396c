using Microsoft.Extensions.DependencyInjection;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Transport.InProcess;

namespace SkillAi.Queue.Transport.Hosting;

public static class InProcessServices
{
    /// <summary>The broker of embedded mode behind both ports.</summary>
    public static IServiceCollection AddInProcessBroker(this IServiceCollection services)
    {
        services.AddSettings<InProcessOptions, InProcessOptionsValidator>("InProcess");
        services.AddSingleton(
            provider => new InProcessBroker(
                provider.GetRequiredService<InProcessOptions>(),
                provider.GetService<TimeProvider>() ?? TimeProvider.System));
        services.AddSingleton<IChunkPublisher>(provider => provider.GetRequiredService<InProcessBroker>());
        services.AddSingleton<IChunkSource, InProcessSource>();
        return services;
    }
}
