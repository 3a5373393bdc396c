using SkillAi.Queue.Transport.Redis;
using SkillAi.Queue.Worker.Batching;
using SkillAi.Queue.Worker.Pipeline;
using SkillAi.Queue.Worker.Telemetry;

namespace SkillAi.Queue.Worker.Hosting;

/// <summary>Tells the model directory which versions this worker serves, again and again while it does: first when they
/// are warm, and not after the worker began to stop. And asks it each time which ones others serve.</summary>
sealed class ModelAnnouncer(
    ServedModels models, WorkerService worker, ModelDirectory directory, WorkerMetrics metrics, WorkerClock clock,
    ILogger<ModelAnnouncer> log) : BackgroundService
{
    static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    static readonly TimeSpan WhileCold = TimeSpan.FromMilliseconds(50);

    volatile bool _isAnnounced;

    readonly string _worker = $"{Environment.MachineName}-{Guid.NewGuid():N}";

    /// <summary>Whether intake can know of this worker: until then it refuses priority requests.</summary>
    public bool IsAnnounced => _isAnnounced;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                if (worker.IsWarm)
                    await TryAsync(AnnounceAsync);

                await Task.Delay(worker.IsWarm ? Every : WhileCold, clock.Time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            await TryAsync(WithdrawAsync);
        }
    }

    async Task AnnounceAsync()
    {
        var served = models.All.SelectMany(versions => versions.All)
            .Select(model => (Model: model, Learned: worker.Describe(model)))
            .ToList();
        foreach (var (model, learned) in served)
            metrics.Learned(model, learned);

        // Declared each time, for a store that lost what it knew.
        await directory.DeclareAsync([.. served.Select(pair => pair.Model.Declaration)]);
        await Task.WhenAll(served.Select(pair => AnnounceAsync(pair.Model, pair.Learned)));
        _isAnnounced = true;
        await Task.WhenAll(models.All.Select(LookAsync));
    }

    async Task LookAsync(ModelVersions versions)
    {
        var asked = clock.UtcNow;
        versions.Saw(await directory.ListLiveAsync(versions.Name), asked);
    }

    async Task AnnounceAsync(ServedModel model, IReadOnlyList<PolicyState> learned)
    {
        // First what is told, then the sign: who finds the one finds the other.
        await directory.ReportAsync(
            model.Name, model.Version, LearnedReport.Create(_worker, model, learned, clock.UtcNow));
        await directory.KeepAliveAsync(model.Name, model.Version, _worker);
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
