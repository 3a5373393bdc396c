using SkillAi.Queue.Transport.Redis;

namespace SkillAi.Queue.Producer.Models;

/// <summary>Declares this instance's own manifests, then keeps the catalog fresh, across outages of Redis.</summary>
sealed class CatalogLoop(
    ModelCatalog catalog, ModelDirectory directory, ModelsOptions options, TimeProvider time,
    ILogger<CatalogLoop> logger) : BackgroundService
{
    static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    bool _isStale;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var own = options.Path is { } path ? ManifestFolder.Read(path, logger) : [];
        using var timer = new PeriodicTimer(Pause, time);
        do
        {
            try
            {
                if (own.Count > 0)
                    await directory.DeclareAsync(own);

                own = [];
                await catalog.RefreshAsync(stoppingToken);
                if (_isStale)
                    logger.CatalogFresh();

                _isStale = false;
            }
            catch (StoreUnavailableException outage)
            {
                // Once an outage, not once a second.
                if (!_isStale)
                    logger.CatalogStale(outage.Message);

                _isStale = true;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
