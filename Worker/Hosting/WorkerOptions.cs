using Microsoft.Extensions.Options;
using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Worker.Hosting;

/// <summary>How a worker works, bound from <c>Worker</c>.</summary>
public sealed class WorkerOptions
{
    /// <summary>Devices, each with a thread and runs of its own. Default 1.</summary>
    [SettingRange(1, 16, ErrorMessage = "Worker:Devices must be between 1 and 16.")]
    public int Devices { get; set; } = 1;

    /// <summary>Lanes that this worker serves. Default: both. Where several workers share a model, a few serve the
    /// priority lane and the others only bulk, which then runs as large as the device likes.</summary>
    public WorkerLanes Lanes { get; set; } = WorkerLanes.Both;

    /// <summary>Priority messages that a worker has on loan: those beyond this wait in the broker, for a worker that is
    /// free. It has more where more arrive within the latency target, and never fewer than 8: a request that finds the
    /// loan used up comes too late for the next run. Default 32.</summary>
    [SettingRange(1, 1024, ErrorMessage = "Worker:PriorityPrefetch must be between 1 and 1024.")]
    public int PriorityPrefetch { get; set; } = 32;

    /// <summary>Longest that stopping takes: what is not stored by then goes back to the broker. Default 30 s.</summary>
    [SettingRange(typeof(TimeSpan), "00:00:01", "01:00:00", ErrorMessage = "Worker:ShutdownTimeout must be between 1 s and 1 h.")]
    public TimeSpan ShutdownTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Folder in which this worker says what it runs, so that after its death the next one on this disk knows.
    /// Default: one in the temporary folder for each user and store.</summary>
    public string RunNotes { get; set; } = "";
}

public enum WorkerLanes
{
    Both,
    Priority,
    Bulk,
}

static class WorkerLanesExtensions
{
    public static IReadOnlyList<Lane> ToList(this WorkerLanes lanes) => lanes switch
    {
        WorkerLanes.Both => [Lane.Priority, Lane.Bulk],
        WorkerLanes.Priority => [Lane.Priority],
        WorkerLanes.Bulk => [Lane.Bulk],
        _ => throw new ArgumentOutOfRangeException(nameof(lanes), lanes, message: null),
    };
}

[OptionsValidator]
sealed partial class WorkerOptionsValidator : IValidateOptions<WorkerOptions>;
