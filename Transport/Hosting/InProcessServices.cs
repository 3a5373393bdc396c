using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Transport.InProcess;

namespace SkillAi.Queue.Transport.Hosting;

public static class InProcessServices
{
    /// <summary>The broker of embedded mode behind both ports.</summary>
    public static IServiceCollection AddInProcessBroker(this IServiceCollection services)
    {
        services.AddSingleton<IValidateOptions<InProcessOptions>, InProcessOptionsValidator>();
        services.AddOptions<InProcessOptions>().BindConfiguration("InProcess").ValidateOnStart();
        services.AddSingleton(
            provider => new InProcessBroker(
                provider.GetRequiredService<IOptions<InProcessOptions>>().Value,
                provider.GetService<TimeProvider>() ?? TimeProvider.System));
        services.AddSingleton<IChunkPublisher>(provider => provider.GetRequiredService<InProcessBroker>());
        services.AddSingleton<IChunkSource, InProcessSource>();
        return services;
    }
}
