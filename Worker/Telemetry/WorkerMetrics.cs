using Prometheus;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Worker.Batching;
using SkillAi.Queue.Worker.Devices;
using SkillAi.Queue.Transport.Redis;
using SkillAi.Queue.Worker.Models;
using SkillAi.Queue.Worker.Models.Text;
using SkillAi.Queue.Worker.Pipeline;
using static SkillAi.Queue.Worker.Telemetry.MetricLabels;

namespace SkillAi.Queue.Worker.Telemetry;

/// <summary>What a worker counts. Callers say what happened; names, labels and buckets stay here.</summary>
sealed class WorkerMetrics(IMetricFactory metrics)
{
    const string NotAddressed = "not_addressed";

    readonly Histogram _modelLatency = metrics.CreateHistogram(
        MetricNames.ModelLatency, "Time inside the model, a run.", ["model", "version", "lane"], Short);

    readonly Histogram _runWait = metrics.CreateHistogram(
        MetricNames.RunWait, "Time that a run's oldest item waited in the worker.", ["lane", "close_reason"], Short);

    readonly Histogram _runSize = metrics.CreateHistogram(
        MetricNames.RunSize, "Items in a run, of whatever lane.", ["model", "lane"], Sizes);

    readonly Histogram _runFill = metrics.CreateHistogram(
        MetricNames.RunFill, "Share of a padded run's rows that hold items.", ["model"], Shares);

    readonly Histogram _queueWait = metrics.CreateHistogram(
        MetricNames.QueueWait, "From intake to the start of the run, an item.", ["lane"], Long);

    readonly Histogram _duration = metrics.CreateHistogram(
        MetricNames.RequestDuration, "From intake to the stored result, an item.", ["lane", "outcome"], Long);

    readonly Counter _items = metrics.CreateCounter(
        MetricNames.ItemsDone, "Items answered.", ["lane", "model", "outcome"]);

    readonly Counter _runsFailed = metrics.CreateCounter(
        MetricNames.RunsFailed, "Runs that failed as a whole.", ["model", "kind"]);

    readonly Counter _retried = metrics.CreateCounter(
        MetricNames.ItemsRetried, "Items of failed runs that wait for another one.", ["lane", "model", "kind"]);

    readonly Counter _aside = metrics.CreateCounter(
        MetricNames.ItemsAside, "Items of chunks that stand aside on a rung of the retry ladder.", ["lane", "model", "rung"]);

    readonly Counter _dead = metrics.CreateCounter(
        MetricNames.ItemsDead, "Items that became dead letters.", ["lane", "model", "reason"]);

    readonly Counter _lettersDropped = metrics.CreateCounter(
        MetricNames.LettersDropped, "Dead letters that newer ones left no room for.");

    readonly Counter _busy = metrics.CreateCounter(MetricNames.BusySeconds, "Seconds spent, by stage.", ["stage"]);

    readonly Counter _saved = metrics.CreateCounter(
        MetricNames.SavedSeconds, "Seconds that items answered without a run would have taken, as predicted, in full runs.",
        ["lane", "model", "outcome"]);

    readonly Counter _received = metrics.CreateCounter(MetricNames.MessagesReceived, "Messages received.", ["lane"]);

    readonly Counter _acked = metrics.CreateCounter(
        MetricNames.MessagesAcked, "Messages that the broker was told to forget: answered, or put on the retry ladder.", ["lane"]);

    readonly Counter _redelivered = metrics.CreateCounter(
        MetricNames.MessagesRedelivered, "Messages that had been lent before.", ["lane"]);

    readonly Gauge _lastDelivery = metrics.CreateGauge(
        MetricNames.LastDelivery, "Unix time of the last delivery.", ["lane"]);

    readonly Gauge _inFlight = metrics.CreateGauge(
        MetricNames.InFlight, "Items on loan from the broker: waiting, running or being stored.", ["lane"]);

    readonly Gauge _prefetched = metrics.CreateGauge(
        MetricNames.Prefetched, "Items on loan from the broker that wait for a run.", ["lane"]);

    readonly Gauge _target = metrics.CreateGauge(
        MetricNames.TargetRunSize, "Items of a full bulk run of the shortest length.", ["lane", "model"]);

    readonly Gauge _quantum = metrics.CreateGauge(MetricNames.Quantum, "The longest run that is started now.", ["model"]);

    readonly Gauge _load = metrics.CreateGauge(
        MetricNames.ModelLoadSeconds, "Time to load the model.", ["model", "version", "provider"]);

    readonly Gauge _warmUp = metrics.CreateGauge(
        MetricNames.ModelWarmUpSeconds, "Time to warm the model up.", ["model", "version", "provider"]);

    readonly Gauge _info = metrics.CreateGauge(
        MetricNames.ModelInfo, "Models that are served.", ["model", "version", "provider"]);

    readonly Gauge _memoryUsed = metrics.CreateGauge(
        MetricNames.DeviceMemoryUsed, "GPU memory in use, of all processes.", ["device"]);

    readonly Gauge _memoryTotal = metrics.CreateGauge(MetricNames.DeviceMemoryTotal, "GPU memory there is.", ["device"]);

    readonly Gauge _memoryBaseline = metrics.CreateGauge(
        MetricNames.DeviceMemoryBaseline, "GPU memory in use when the models had become warm.", ["device"]);

    /// <summary>Publishes every series of a model at zero, so that a rate over its first event is right.</summary>
    public void Serves(ServedModel model, TimeSpan load)
    {
        _info.WithLabels(model.Name, model.Version, model.Slot.Provider).Set(1);
        _load.WithLabels(model.Name, model.Version, model.Slot.Provider).Set(load.TotalSeconds);
        foreach (var stage in Enum.GetValues<Stage>())
            _busy.WithLabels(Of(stage));

        foreach (var lane in Enum.GetValues<Lane>())
        {
            _modelLatency.WithLabels(model.Name, model.Version, lane.Name());
            _runSize.WithLabels(model.Name, lane.Name());
            _received.WithLabels(lane.Name());
            _acked.WithLabels(lane.Name());
            _redelivered.WithLabels(lane.Name());
            _queueWait.WithLabels(lane.Name());
            foreach (var kind in Enum.GetValues<RetryKind>())
                _retried.WithLabels(lane.Name(), model.Name, Of(kind));

            foreach (var rung in Enum.GetValues<RetryRung>())
                _aside.WithLabels(lane.Name(), model.Name, rung.Name());

            foreach (var reason in ItemFaults.Reasons.Append(NotAddressed))
                _dead.WithLabels(lane.Name(), model.Name, reason);

            _saved.WithLabels(lane.Name(), model.Name, Of(Outcome.Cancelled));
            _saved.WithLabels(lane.Name(), model.Name, Of(Outcome.Expired));
            foreach (var outcome in Enum.GetValues<Outcome>())
            {
                _items.WithLabels(lane.Name(), model.Name, Of(outcome));
                _duration.WithLabels(lane.Name(), Of(outcome));
            }
        }

        foreach (var failure in Enum.GetValues<RunFailure>())
            _runsFailed.WithLabels(model.Name, Of(failure));
    }

    public void WarmedUp(ServedModel model, TimeSpan duration) =>
        _warmUp.WithLabels(model.Name, model.Version, model.Slot.Provider).Set(duration.TotalSeconds);

    public Gauge.Child InFlight(Lane lane) => _inFlight.WithLabels(lane.Name());

    public void Received(Lane lane, bool isRedelivered, DateTimeOffset now)
    {
        _received.WithLabels(lane.Name()).Inc();
        if (isRedelivered)
            _redelivered.WithLabels(lane.Name()).Inc();

        _lastDelivery.WithLabels(lane.Name()).Set(now.ToUnixTimeMilliseconds() / 1000.0);
    }

    /// <summary>A lost loan cannot be acked: the broker lends the chunk again.</summary>
    public void Acked(PendingChunk chunk)
    {
        if (!chunk.IsLost)
            _acked.WithLabels(chunk.Lane.Name()).Inc();
    }

    public void Prefetched(Lane lane, int items) => _prefetched.WithLabels(lane.Name()).Set(items);

    public void Dead(DeadLetter letter) =>
        _dead.WithLabels(letter.Lane.Name(), letter.Model, letter.Reason).Inc(letter.Items);

    /// <summary>A chunk whose headers do not say whose it is went to the broker's own dead letters.</summary>
    public void Rejected(Chunk chunk) =>
        _dead.WithLabels(chunk.Lane.Name(), chunk.Model, NotAddressed).Inc(Math.Max(1, chunk.Items));

    public void LettersDropped(int letters) => _lettersDropped.Inc(letters);

    public void Retried(ServedModel model, Lane lane, RetryKind kind, int items) =>
        _retried.WithLabels(lane.Name(), model.Name, Of(kind)).Inc(items);

    public void StoodAside(PendingChunk chunk, RetryRung rung) =>
        _aside.WithLabels(chunk.Lane.Name(), chunk.Model.Name, rung.Name()).Inc(chunk.Count);

    public void Saved(PendingChunk chunk, Outcome outcome, TimeSpan time) =>
        _saved.WithLabels(chunk.Lane.Name(), chunk.Model.Name, Of(outcome)).Inc(time.TotalSeconds);

    public void Busy(Stage stage, TimeSpan time) => _busy.WithLabels(Of(stage)).Inc(Math.Max(0, time.TotalSeconds));

    public void Ran(ServedModel model, ClosedRun run, RunRecord record, TimeSpan oldestWait)
    {
        var lane = run.Lane.Name();
        _modelLatency.WithLabels(model.Name, model.Version, lane).Observe(record.Duration.TotalSeconds);
        _runSize.WithLabels(model.Name, lane).Observe(record.Items);
        _runFill.WithLabels(model.Name).Observe((double)record.Items / run.Rung);
        _runWait.WithLabels(lane, Of(record.Reason)).Observe(oldestWait.TotalSeconds);
    }

    public void RunFailed(ServedModel model, RunFailure failure) => _runsFailed.WithLabels(model.Name, Of(failure)).Inc();

    /// <summary>The chunk's results are stored.</summary>
    public void Answered(PendingChunk chunk, DateTimeOffset now)
    {
        var lane = chunk.Lane.Name();
        foreach (var part in chunk.Parts)
        {
            if (part.Run is { } run)
            {
                var wait = chunk.ReceivedAt - part.EnqueuedAt + run.Started - chunk.Received;
                _queueWait.WithLabels(lane).Observe(wait.TotalSeconds, part.Count);
            }

            var duration = (now - part.EnqueuedAt).TotalSeconds;
            Ended(chunk, part, Outcome.Succeeded, part.Counts.Succeeded, duration);
            Ended(chunk, part, Outcome.Failed, part.Counts.Failed, duration);
            Ended(chunk, part, Outcome.Cancelled, part.Counts.Cancelled, duration);
            Ended(chunk, part, Outcome.Expired, part.Counts.Expired, duration);
        }
    }

    /// <param name="devices">The state on each; the smallest counts, since that is what a request may meet.</param>
    public void Learned(ServedModel model, IReadOnlyList<PolicyState> devices)
    {
        if (devices.Count == 0)
            return;

        _target.WithLabels(Lane.Bulk.Name(), model.Name).Set(devices.Min(state => state.TargetItems));
        _quantum.WithLabels(model.Name).Set(devices.Min(state => state.Quantum.TotalSeconds));
    }

    public void DeviceMemory(DeviceMemory memory)
    {
        _memoryUsed.WithLabels(memory.Device).Set(memory.Used);
        _memoryTotal.WithLabels(memory.Device).Set(memory.Total);
    }

    public void DeviceMemoryBaseline(string device, long bytes) => _memoryBaseline.WithLabels(device).Set(bytes);

    void Ended(PendingChunk chunk, Part part, Outcome outcome, int items, double seconds)
    {
        if (items == 0)
            return;

        _items.WithLabels(chunk.Lane.Name(), chunk.Model.Name, Of(outcome)).Inc(items);
        _duration.WithLabels(chunk.Lane.Name(), Of(outcome)).Observe(seconds, items, part);
    }
}
