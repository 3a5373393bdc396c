using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace SkillAi.Queue.Transport.Hosting;

/// <summary>Settings, bound and checked at start, the same way everywhere: a bad value stops the host with a sentence that
/// names it, and whoever needs the settings asks for them as they are.</summary>
public static class SettingsHosting
{
    /// <param name="section">Name of a section of the host's configuration.</param>
    public static OptionsBuilder<TOptions> AddSettings<TOptions, TValidator>(this IServiceCollection services, string section)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions> =>
        services.AddChecked<TOptions, TValidator>().Configure<IConfiguration>(
            (options, configuration) => SettingsBinding.Read(configuration.GetSection(section), options));

    public static OptionsBuilder<TOptions> AddSettings<TOptions, TValidator>(
        this IServiceCollection services, IConfigurationSection section)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions> =>
        services.AddChecked<TOptions, TValidator>().Configure(options => SettingsBinding.Read(section, options));

    static OptionsBuilder<TOptions> AddChecked<TOptions, TValidator>(this IServiceCollection services)
        where TOptions : class
        where TValidator : class, IValidateOptions<TOptions>
    {
        services.AddSingleton<IValidateOptions<TOptions>, TValidator>();
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<TOptions>>().Value);
        return services.AddOptions<TOptions>().ValidateOnStart();
    }
}
