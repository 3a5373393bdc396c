using SkillAi.Queue.Contracts;
using SkillAi.Queue.Transport.Broker;
using SkillAi.Queue.Worker.Batching;
using SkillAi.Queue.Worker.Failures;
using SkillAi.Queue.Worker.Telemetry;

namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>What a pipeline is told.</summary>
/// <param name="WarmUp">Most time that one model's warm-up takes.</param>
/// <param name="Drain">Most time that stopping takes.</param>
sealed record PipelineSettings(
    int Devices, IReadOnlyList<Lane> Lanes, int PriorityPrefetch, BatchingOptions Batching, TimeSpan WarmUp, TimeSpan Drain)
{
    /// <summary>Folder for <see cref="RunNote"/>s; null: none are kept.</summary>
    public string? Notes { get; init; }

    /// <summary>The rule that sizes runs.</summary>
    public MakePolicy MakePolicy { get; init; } = static (options, cost, buckets, servesUrgent) =>
        new(options, cost, buckets) { ServesUrgent = servesUrgent };
}

/// <summary>
/// The way of a chunk through a worker: a receive loop takes it from the broker and reads it into items, these wait in
/// their model's lanes, a device's loop closes runs over them, and when a chunk's last item has ended, completion
/// stores its results and lets the broker forget it. Nothing in here is durable: a worker that dies loses time only.
/// </summary>
sealed class WorkerPipeline
{
    /// <summary>Storing tasks a lane: while one waits for the store the other formats.</summary>
    const int StoringTasks = 2;

    readonly PipelineSettings _settings;
    readonly IReadOnlyList<ModelVersions> _models;
    readonly IChunkSource _source;
    readonly WorkerClock _clock;
    readonly WorkerMetrics _metrics;
    readonly ILogger _log;
    readonly GivenUpSummary _givenUp;
    readonly Completion _priority;
    readonly Completion _bulk;
    readonly Ladder _ladder;
    readonly List<DeviceLoop> _devices = [];
    readonly List<RunNote> _notes = [];
    readonly Guid _process = Guid.NewGuid();

    public WorkerPipeline(
        PipelineSettings settings, IReadOnlyList<ModelVersions> models, IChunkSource source, Ladder ladder,
        ResultStore store, WorkerClock clock, WorkerMetrics metrics, ILogger log)
    {
        (_settings, _models, _source, _ladder, _clock, _metrics, _log) = (settings, models, source, ladder, clock, metrics, log);
        _givenUp = new(clock.Time, log);
        _priority = new(store, clock, metrics, _givenUp, log);
        _bulk = new(store, clock, metrics, _givenUp, log);
        for (var number = 0; number < settings.Devices; number++)
            _devices.Add(MakeDevice(number, store));
    }

    /// <summary>Every model has been warmed up, and the lanes are consumed.</summary>
    public bool IsWarm { get; private set; }

    /// <summary>Serves until told to stop, then drains: what has begun is finished and stored, the rest handed back.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var giveUp = new CancellationTokenSource(Timeout.InfiniteTimeSpan, _clock.Time);
        foreach (var device in _devices)
            device.Start(WarmUp);

        await Task.WhenAll(_devices.Select(device => device.Warm));
        using var receiving = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var receivers = Receive(receiving.Token);
        var storers = Store(giveUp.Token);
        IsWarm = true;

        // None of these ends before it is told to, unless it is broken.
        var first = await Task.WhenAny([.. receivers, .. storers, .. _devices.Select(device => device.Ended)]);
        IsWarm = false;
        if (!stopping.IsCancellationRequested)
        {
            await receiving.CancelAsync();
            await giveUp.CancelAsync();
            await first;
            throw new InvalidOperationException("A part of the pipeline ended though nobody stopped it.");
        }

        giveUp.CancelAfter(_settings.Drain);
        await DrainAsync(receivers, storers);
    }

    /// <summary>What the policies have learned about a version, one entry a device.</summary>
    public IReadOnlyList<PolicyState> Describe(ServedModel model) =>
    [
        .. _devices.SelectMany(device => device.Models)
            .Where(onDevice => onDevice.Model == model)
            .Select(onDevice => model.Lanes.Describe(onDevice.Policy)),
    ];

    async Task DrainAsync(Task[] receivers, Task[] storers)
    {
        await Task.WhenAll(receivers);
        var unstarted = _models.SelectMany(versions => versions.All).SelectMany(model => model.Lanes.Drain()).ToList();
        _log.Draining(unstarted.Count);
        foreach (var chunk in unstarted)
        {
            chunk.Requeue();
            chunk.Model.Lanes.LoansOf(chunk.Lane).Left(chunk);
        }

        foreach (var device in _devices)
            device.Stop();

        await Task.WhenAll(_devices.Select(device => device.Ended));
        _devices.ForEach(device => device.Dispose());
        _notes.ForEach(note => note.Dispose());
        _priority.Finish();
        _bulk.Finish();
        _ladder.Finish();
        await Task.WhenAll(storers);
        _givenUp.Tell();
        _log.Drained();
    }

    Task[] Receive(CancellationToken stopping) =>
    [
        .. from versions in _models
           from lane in _settings.Lanes
           let prefetch = new PrefetchPolicy(
               lane, _settings.PriorityPrefetch, MaxRunItems(versions), versions.Newest.Lengths.Count,
               _settings.Batching.LatencyTarget)
           select new ReceiveLoop(lane, versions, _source, prefetch, _clock, _settings.Batching.LatencyTarget, _metrics, _log)
               .RunAsync(Complete, WakeDevices, stopping),
    ];

    Task[] Store(CancellationToken giveUp) =>
    [
        .. Enumerable.Range(0, StoringTasks).SelectMany(_ => (Task[])[_priority.RunAsync(giveUp), _bulk.RunAsync(giveUp)]),
        _ladder.RunAsync(giveUp),
    ];

    int MaxRunItems(ModelVersions versions) =>
        Math.Min(_settings.Batching.MaxRunItems, versions.Newest.Declaration.Manifest.MaxRunItems);

    void Complete(PendingChunk chunk)
    {
        if (chunk.Departure is not null)
            _ladder.Add(chunk);
        else
            (chunk.Lane == Lane.Priority ? _priority : _bulk).Add(chunk);
    }

    void WakeDevices()
    {
        foreach (var device in _devices)
            device.Signal();
    }

    DeviceLoop MakeDevice(int number, ResultStore store)
    {
        var served = _models.SelectMany(versions => versions.All).ToList();
        var models = served.ConvertAll(model => new ModelOnDevice(
            number, model, _settings.Batching, _settings.Lanes.Contains(Lane.Priority), _settings.MakePolicy)
        {
            IsAlone = served.Count == 1,
        });
        var leavable = new LeavableRun(_clock);
        var second = new SecondStream(leavable, MakeExecutor(null), new WakeUp(_clock.Time), Complete);
        return new(number, models, MakeExecutor(leavable), leavable, second, new WakeUp(_clock.Time), Complete);

        RunExecutor MakeExecutor(LeavableRun? run) => new(
            _clock, _metrics, new FailedRuns(_clock, _metrics, new Random(number), Complete, _log), store, run, MakeNote(), Complete);
    }

    RunNote? MakeNote()
    {
        if (_settings.Notes is not { } folder)
            return null;

        _notes.Add(RunNote.Create(folder, _process));
        return _notes[^1];
    }

    void WarmUp(ModelOnDevice device)
    {
        var started = _clock.Now;
        device.WarmUp(_clock.Time, _settings.WarmUp);
        var duration = _clock.Now - started;
        _metrics.WarmedUp(device.Model, duration);
        var largest = device.MaxRunItems;
        _log.ModelWarm(
            device.Model.Name, device.Model.Version, duration.TotalMilliseconds, largest,
            device.Predict(device.Model.Lengths.Count - 1, largest).TotalMilliseconds);
    }
}
