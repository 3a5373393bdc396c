using Microsoft.Extensions.Logging.Abstractions;
using Prometheus;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Models;
using SkillAi.Queue.Tests.Unit.Worker;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Transport.Redis;
using SkillAi.Queue.Worker.Models;
using SkillAi.Queue.Worker.Pipeline;
using SkillAi.Queue.Worker.Telemetry;

namespace SkillAi.Queue.Tests.Integration.Api;

/// <summary>The worker's own pipeline on the API's broker and store, with a model that a test can make fail.</summary>
sealed class RealWorker : IAsyncDisposable
{
    readonly CancellationTokenSource _stop = new();
    readonly Task _running;

    RealWorker(ApiHost host, string name)
    {
        var clock = new WorkerClock(TimeProvider.System);
        var metrics = new WorkerMetrics(Metrics.WithCustomRegistry(Metrics.NewCustomRegistry()));
        var version = new ModelVersion(name, "1", new()
        {
            Task = ModelTask.TextClassification,
            Input = new() { Name = "text", Kind = ModelInputKind.Utf8Bytes, MaxLength = 64, LengthBuckets = [64] },
            Output = new() { Name = "scores", Labels = ["a"] },
        });
        var lengths = new LengthBuckets([64]);
        var lanes = new ModelLanes(
            new LaneBuffer(lengths, new(), new()), clock, new(metrics.InFlight(Lane.Priority)), new(metrics.InFlight(Lane.Bulk)));
        var store = new ResultStore(
            host.Get<JobStore>(), host.Get<RequestStore>(), host.Get<DeadLetterStore>(), host.Get<ReplayStore>(),
            host.Get<StaleLetters>());
        var pipeline = new WorkerPipeline(
            new(1, [Lane.Priority, Lane.Bulk], PriorityPrefetch: 32, new(), TimeSpan.Zero, TimeSpan.FromSeconds(20)),
            [new ModelVersions([new(version, new ModelSlot(Model), lanes, lengths)])], host.Get<IChunkSource>(),
            new(host.Get<IChunkPublisher>, clock, metrics, NullLogger.Instance), store, clock, metrics, NullLogger.Instance);
        _running = Task.Run(() => pipeline.RunAsync(_stop.Token));
    }

    public FakeModel Model { get; } = new();

    /// <param name="poison">A text that the model refuses, until told otherwise.</param>
    public static async Task<RealWorker> StartAsync(ApiHost host, string model, string poison)
    {
        await host.DeclareAsync(model);
        await host.Get<ModelDirectory>().KeepAliveAsync(model, "1", "real");
        var worker = new RealWorker(host, model);
        worker.Model.OnRun = texts =>
        {
            if (texts.Contains(poison))
                throw new ModelRunException(RunFailure.Rejected, "It has a bad byte.");
        };
        return worker;
    }

    public void Cure() => Model.OnRun = _ => { };

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }
}
