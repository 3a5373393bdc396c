using SkillAi.Queue.Transport.Redis;
using SkillAi.Queue.Worker.Telemetry;

namespace SkillAi.Queue.Worker.Hosting;

/// <summary>Tells the model directory which versions this worker serves, again and again while it does: first when they
/// are warm, and not after the worker began to stop.</summary>
sealed class ModelAnnouncer(
    ServedModels models, WorkerService worker, ModelDirectory directory, TimeProvider time, ILogger<ModelAnnouncer> log)
    : BackgroundService
{
    static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    static readonly TimeSpan WhileCold = TimeSpan.FromMilliseconds(50);

    readonly string _worker = $"{Environment.MachineName}-{Guid.NewGuid():N}";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                if (worker.IsWarm)
                    await TryAsync(AnnounceAsync);

                worker.Observe();
                await Task.Delay(worker.IsWarm ? Every : WhileCold, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await TryAsync(WithdrawAsync);
        }
    }

    async Task AnnounceAsync()
    {
        var served = models.All.SelectMany(versions => versions.All).ToList();
        // Declared each time, for a store that lost what it knew.
        await directory.DeclareAsync([.. served.Select(model => model.Declaration)]);
        await Task.WhenAll(served.Select(model => directory.KeepAliveAsync(model.Name, model.Version, _worker)));
    }

    Task WithdrawAsync() => Task.WhenAll(models.All.SelectMany(versions => versions.All)
        .Select(model => directory.WithdrawAsync(model.Name, model.Version, _worker)));

    async Task TryAsync(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (StoreUnavailableException away)
        {
            log.DirectoryUnreachable(away.Message);
        }
    }
}
