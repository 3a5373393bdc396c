using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Prometheus;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Contracts.Models;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Transport.Redis;
using SkillAi.Queue.Worker.Batching;
using SkillAi.Queue.Worker.Failures;
using SkillAi.Queue.Worker.Models;
using SkillAi.Queue.Worker.Pipeline;
using SkillAi.Queue.Worker.Telemetry;

namespace SkillAi.Queue.Tests.Unit.Worker;

/// <summary>A whole pipeline between a fake broker, a fake model and a fake store.</summary>
sealed class PipelineHarness : IAsyncDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    readonly MetricFactory _factory = Metrics.WithCustomRegistry(Metrics.NewCustomRegistry());
    readonly CancellationTokenSource _stop = new();
    readonly WorkerPipeline _pipeline;
    readonly IReadOnlyList<ServedModel> _served;
    readonly Task _running;

    /// <param name="time">A fake one is moved on by what runs last.</param>
    public PipelineHarness(
        TimeProvider? time = null, BatchingOptions? batching = null, Func<int, TimeSpan>? lasts = null,
        bool isShared = false, string? notes = null, ILogger? log = null)
    {
        Time = time ?? TimeProvider.System;
        (Model, Other) = (new(time as FakeTimeProvider), new(time as FakeTimeProvider));
        Model.Lasts = Other.Lasts = lasts ?? Model.Lasts;
        var clock = new WorkerClock(Time);
        var metrics = new WorkerMetrics(_factory);
        Served = Serve("m", Model, clock, metrics);
        _served = isShared ? [Served, Serve("n", Other, clock, metrics)] : [Served];
        ModelVersions[] models = [.. _served.Select(model => new ModelVersions([model]))];
        Versions = models[0];
        var store = new ResultStore(CommitJobsAsync, CommitRequestsAsync, Marked.Enqueue, BuryAsync, TakeBackAsync, StoreReplaysAsync);
        _pipeline = new(
            new(1, [Lane.Priority, Lane.Bulk], PriorityPrefetch: 32, batching ?? new(), TimeSpan.Zero, Patience) { Notes = notes },
            models, Source, new(() => Ladder, clock, metrics, NullLogger.Instance), store, clock, metrics, log ?? NullLogger.Instance);
        _running = Task.Run(() => _pipeline.RunAsync(_stop.Token));
    }

    public TimeProvider Time { get; }
    public FakeSource Source { get; } = new();
    public FakeModel Model { get; }

    /// <summary>Another, named n, on the same device where that is shared.</summary>
    public FakeModel Other { get; }

    public FakeLadder Ladder { get; } = new();
    public ServedModel Served { get; }

    /// <summary>Of <see cref="Served"/>: what others serve is not known.</summary>
    public ModelVersions Versions { get; }

    public Cancellations Cancellations { get; } = new();
    public Suspects Suspects { get; } = new();
    public ConcurrentQueue<ChunkResult> Chunks { get; } = new();
    public ConcurrentQueue<RequestResult> Requests { get; } = new();
    public ConcurrentQueue<DeadLetter> Letters { get; } = new();
    public ConcurrentQueue<ReplayResult> Replays { get; } = new();
    public ConcurrentQueue<IReadOnlyList<string>> Marked { get; } = new();

    /// <summary>Called before anything is stored.</summary>
    public Func<Task> OnCommit { get; set; } = () => Task.CompletedTask;

    /// <summary>What the store says of a chunk of a job.</summary>
    public CommitOutcome Verdict { get; set; } = CommitOutcome.Stored;

    /// <summary>Whether the store takes outcomes of requests, or has others already.</summary>
    public bool TakesRequests { get; set; } = true;

    /// <summary>Whether a letter that is buried was not there before.</summary>
    public Predicate<DeadLetter> IsNew { get; set; } = _ => true;

    /// <summary>Called with the letters that are doubtful; says which of them go.</summary>
    public Func<IReadOnlyList<DeadLetter>, IReadOnlyList<DeadLetter>> TakeBack { get; set; } =
        _ => throw new InvalidOperationException("No letter is doubtful.");

    public Task Stopped => _running;

    /// <summary>Items that wait for a run.</summary>
    public int Waiting => _served.Sum(model => model.Lanes.WaitingIn(Lane.Priority) + model.Lanes.WaitingIn(Lane.Bulk));

    /// <summary>What the device has learned.</summary>
    public PolicyState Learned => _pipeline.Describe(Served).Single();

    public double Acked(Lane lane) =>
        _factory.CreateCounter(MetricNames.MessagesAcked, "", ["lane"]).WithLabels(lane.Name()).Value;

    /// <summary>Items on loan.</summary>
    public double InFlight(Lane lane) =>
        _factory.CreateGauge(MetricNames.InFlight, "", ["lane"]).WithLabels(lane.Name()).Value;

    /// <summary>Items that became dead letters.</summary>
    public double Dead(Lane lane, string reason) =>
        _factory.CreateCounter(MetricNames.ItemsDead, "", ["lane", "model", "reason"]).WithLabels(lane.Name(), "m", reason).Value;

    /// <summary>Items that ended so.</summary>
    public double Answered(Lane lane, string outcome) =>
        _factory.CreateCounter(MetricNames.ItemsDone, "", ["lane", "model", "outcome"]).WithLabels(lane.Name(), "m", outcome).Value;

    /// <summary>Seconds of the device that were saved.</summary>
    public double Saved(Lane lane, string outcome) =>
        _factory.CreateCounter(MetricNames.SavedSeconds, "", ["lane", "model", "outcome"])
            .WithLabels(lane.Name(), "m", outcome).Value;

    public async Task WarmAsync()
    {
        while (!_pipeline.IsWarm && !_running.IsCompleted)
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);

        if (Time is SkippingTime skipping)
            _ = skipping.PassAsync(_running);
    }

    public FakeDelivery Job(params string[] lines) => Job(lines, deadline: null);

    public FakeDelivery Job(
        IReadOnlyList<string> lines, DateTimeOffset? deadline = null, string id = "job", bool zip = false, int attempt = 1,
        string model = "m")
    {
        var body = Encoding.UTF8.GetBytes(string.Join('\n', lines));
        return Source.Deliver(new()
        {
            Model = model, Version = "1", Lane = Lane.Bulk, Items = lines.Count, Job = id, First = 1000, Index = 7,
            EnqueuedAt = Time.GetUtcNow(), Deadline = deadline, Body = zip ? Zip(body) : body, IsGzip = zip, Attempt = attempt,
        });
    }

    public FakeDelivery Request(string id, string line, DateTimeOffset? deadline = null, Lane lane = Lane.Priority) =>
        Source.Deliver(new()
        {
            Model = "m", Version = "1", Lane = lane, Items = 1, EnqueuedAt = Time.GetUtcNow(), Deadline = deadline,
            Body = Encoding.UTF8.GetBytes(line), Segments = [new(id, 1, Time.GetUtcNow(), deadline)],
        });

    public async Task<Settlement> SettledAsync(FakeDelivery delivery) =>
        await delivery.Settled.WaitAsync(Patience, TimeProvider.System);

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running.WaitAsync(Patience, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    public static List<JsonElement> Lines(ChunkResult result)
    {
        using var unzip = new GZipStream(new MemoryStream(result.Lines.ToArray()), CompressionMode.Decompress);
        using var reader = new StreamReader(unzip);
        return [.. reader.ReadToEnd().TrimEnd('\n').Split('\n').Select(line => JsonSerializer.Deserialize<JsonElement>(line))];
    }

    ServedModel Serve(string name, FakeModel model, WorkerClock clock, WorkerMetrics metrics)
    {
        var version = new ModelVersion(name, "1", new()
        {
            Task = ModelTask.TextClassification,
            Input = new() { Name = "text", Kind = ModelInputKind.Utf8Bytes, MaxLength = 64, LengthBuckets = [16, 64] },
            Output = new() { Name = "scores", Labels = ["a"] },
        });
        var lengths = new LengthBuckets([16, 64]);
        var lanes = new ModelLanes(
            new LaneBuffer(lengths, Cancellations, Suspects), clock, new(metrics.InFlight(Lane.Priority)), new(metrics.InFlight(Lane.Bulk)));
        return new(version, new ModelSlot(model), lanes, lengths);
    }

    static byte[] Zip(byte[] body)
    {
        var packed = new MemoryStream();
        using (var zip = new GZipStream(packed, CompressionLevel.Fastest))
            zip.Write(body);

        return packed.ToArray();
    }

    async Task<CommitOutcome[]> CommitJobsAsync(IReadOnlyList<ChunkResult> results)
    {
        await OnCommit();
        foreach (var result in results)
            Chunks.Enqueue(result);

        return [.. results.Select(_ => Verdict)];
    }

    Task<BurialOutcome> BuryAsync(IReadOnlyList<DeadLetter> letters)
    {
        foreach (var letter in letters)
            Letters.Enqueue(letter);

        return Task.FromResult(new BurialOutcome([.. letters.Select(letter => IsNew(letter))], Dropped: 0));
    }

    Task<IReadOnlyList<DeadLetter>> TakeBackAsync(IReadOnlyList<DeadLetter> doubtful) => Task.FromResult(TakeBack(doubtful));

    Task StoreReplaysAsync(IReadOnlyList<ReplayResult> replays)
    {
        foreach (var replay in replays)
            Replays.Enqueue(replay);

        return Task.CompletedTask;
    }

    async Task<bool[]> CommitRequestsAsync(IReadOnlyList<RequestResult> results)
    {
        await OnCommit();
        foreach (var result in results)
            Requests.Enqueue(result);

        return [.. results.Select(_ => TakesRequests)];
    }
}
