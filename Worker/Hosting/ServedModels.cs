using Prometheus;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Redis;
using SkillAi.Queue.Worker.Failures;
using SkillAi.Queue.Worker.Models;
using SkillAi.Queue.Worker.Pipeline;
using SkillAi.Queue.Worker.Telemetry;

namespace SkillAi.Queue.Worker.Hosting;

/// <summary>The models of this worker, loaded once, kept until its end.</summary>
sealed class ServedModels(
    ModelRepository repository, ModelLoader loader, WorkerClock clock, Cancellations cancellations,
    Suspects suspects, WorkerMetrics metrics, CollectorRegistry registry, ILogger<ServedModels> log) : IDisposable
{
    List<ModelVersions>? _models;

    public IReadOnlyList<ModelVersions> All => _models ?? throw new InvalidOperationException("The models are not loaded yet.");

    /// <summary>Loads every version; does nothing the second time.</summary>
    /// <exception cref="ModelLoadException">One of them cannot be served.</exception>
    public void Load()
    {
        if (_models is not null)
            return;

        _models = [.. repository.Scan().GroupBy(folder => folder.Version.Name).Select(Load)];
        // Counted when asked for: the two numbers would cost more to keep than to find.
        registry.AddBeforeCollectCallback(CountWaiting);
    }

    public void Dispose()
    {
        foreach (var model in (_models ?? []).SelectMany(versions => versions.All))
            model.Slot.Dispose();
    }

    void CountWaiting()
    {
        foreach (var lane in Enum.GetValues<Lane>())
            metrics.Prefetched(lane, All.Sum(versions => versions.All.Sum(model => model.Lanes.WaitingIn(lane))));
    }

    ModelVersions Load(IGrouping<string, ModelFolder> folders)
    {
        // Versions share the model's queues, and so what is on loan from them.
        var priority = new Loans(metrics.InFlight(Lane.Priority));
        var bulk = new Loans(metrics.InFlight(Lane.Bulk));
        var ordered = folders.OrderBy(folder => folder.Version.Version, VersionOrder.Instance);
        return new([.. ordered.Select(folder => Load(folder, priority, bulk))]);
    }

    ServedModel Load(ModelFolder folder, Loans priority, Loans bulk)
    {
        var started = clock.Now;
        var slot = new ModelSlot(loader.Load(folder));
        var lengths = new LengthBuckets(folder.Manifest.Input.LengthBuckets);
        var lanes = new ModelLanes(new LaneBuffer(lengths, cancellations, suspects), clock, priority, bulk);
        var model = new ServedModel(folder.Version, slot, lanes, lengths);
        var duration = clock.Now - started;
        metrics.Serves(model, duration);
        log.ModelLoaded(model.Name, model.Version, slot.Provider, duration.TotalMilliseconds);
        return model;
    }
}
