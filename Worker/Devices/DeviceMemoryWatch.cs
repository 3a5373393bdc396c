using SkillAi.Queue.Worker.Telemetry;

namespace SkillAi.Queue.Worker.Devices;

/// <summary>Samples the memory of the GPUs, and what it was when the models had become warm: growth since then is a leak,
/// as the arenas have their size by then. An alert watches the difference. Without NVIDIA's driver there is nothing to
/// sample, and no series.</summary>
/// <param name="isWarm">Whether the models are.</param>
sealed class DeviceMemoryWatch(
    Func<bool> isWarm, WorkerMetrics metrics, TimeProvider time, ILogger<DeviceMemoryWatch> log, string library = Nvml.Library)
    : BackgroundService
{
    static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    readonly Dictionary<string, MemoryBaseline> _baselines = [];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var driver = Nvml.TryOpen(library, out var reason);
        if (driver is null)
        {
            log.NoDeviceMemory(reason);
            return;
        }

        using var timer = new PeriodicTimer(Every, time);
        do
            Sample(driver);
        while (await WaitAsync(timer, stoppingToken));
    }

    void Sample(Nvml driver)
    {
        foreach (var memory in driver.Read())
        {
            metrics.DeviceMemory(memory);
            if (isWarm() && Baseline(memory) is { } baseline)
                metrics.DeviceMemoryBaseline(memory.Device, baseline);
        }
    }

    long? Baseline(DeviceMemory memory)
    {
        if (!_baselines.TryGetValue(memory.Device, out var baseline))
            _baselines.Add(memory.Device, baseline = new());

        baseline.Add(memory.Used);
        return baseline.Bytes;
    }

    static async ValueTask<bool> WaitAsync(PeriodicTimer timer, CancellationToken stoppingToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
