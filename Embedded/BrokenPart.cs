using SkillAi.Queue.Transport.Hosting;

namespace SkillAi.Queue.Embedded;

/// <summary>A part of the service that ended it by failing.</summary>
static class BrokenPart
{
    /// <summary>What to throw for it; null where none has failed.</summary>
    public static Exception? Find(IServiceProvider services)
    {
        var failures = services.GetServices<IHostedService>()
            .OfType<BackgroundService>()
            .Select(part => part.ExecuteTask?.Exception?.InnerException)
            .OfType<Exception>()
            .ToList();

        // Parts that fail because another one has are less telling than what a person can mend.
        return failures.Select(Refusal.Find).OfType<Exception>().FirstOrDefault() ?? failures.Select(Wrap).FirstOrDefault();
    }

    static InvalidOperationException Wrap(Exception failure) => new("A part of the service failed.", failure);
}
