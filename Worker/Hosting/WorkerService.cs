using SkillAi.Queue.Worker.Batching;
using SkillAi.Queue.Worker.Pipeline;

namespace SkillAi.Queue.Worker.Hosting;

/// <summary>Runs the pipeline for as long as the host does. A pipeline that breaks takes the host with it: the
/// orchestrator starts another, and the broker lends it what this one held.</summary>
sealed class WorkerService(ServedModels models, Func<IReadOnlyList<ModelVersions>, WorkerPipeline> makePipeline) : BackgroundService
{
    WorkerPipeline? _pipeline;

    public bool IsWarm => _pipeline?.IsWarm ?? false;

    /// <summary>What broke the pipeline; null while nothing has.</summary>
    public Exception? Failure => ExecuteTask?.Exception?.InnerException;

    /// <summary>What was learned about a version, one entry a device; nothing before the start.</summary>
    public IReadOnlyList<PolicyState> Describe(ServedModel model) => _pipeline?.Describe(model) ?? [];

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        models.Load();
        _pipeline = makePipeline(models.All);
        return base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        _pipeline?.RunAsync(stoppingToken) ?? Task.CompletedTask;
}
