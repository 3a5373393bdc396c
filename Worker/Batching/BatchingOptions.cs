using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Worker.Batching;

/// <summary>What a person decides about batching. Everything else (cost curve, quantum, margins) is learned.</summary>
public sealed class BatchingOptions
{
    /// <summary>Most items in one run. Default 256.</summary>
    [SettingRange(1, 4096, ErrorMessage = "Batching:MaxRunItems must be 1 to 4096.")]
    public int MaxRunItems { get; set; } = 256;

    /// <summary>Within this the priority lane is to be answered when a request names no deadline. Default 100 ms.</summary>
    [SettingRange(typeof(TimeSpan), "00:00:00.001", "00:10:00", ErrorMessage = "Batching:LatencyTarget must be 1 ms to 10 min.")]
    public TimeSpan LatencyTarget { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Part of a deadline that the policy plans with; the rest absorbs what it cannot foresee. With 1 the
    /// 99th percentile sits at the deadline itself. Default 0.95.</summary>
    [SettingRange(0.5, 1.0, ErrorMessage = "Batching:InnerDeadline must be 0.5 to 1.")]
    public double InnerDeadline { get; set; } = 0.95;

    /// <summary>Part of the device's time that bulk keeps while the priority lane is overloaded. Default 0.05.</summary>
    [SettingRange(0.0, 0.9, ErrorMessage = "Batching:BulkFloor must be 0 to 0.9.")]
    public double BulkFloor { get; set; } = 0.05;

    /// <summary>A bulk item that waited this long is not passed over for fuller runs of another length, nor, where its run
    /// failed, for fresh priority items. Default 1 s.</summary>
    [SettingRange(typeof(TimeSpan), "00:00:00.001", "00:10:00", ErrorMessage = "Batching:BulkPatience must be 1 ms to 10 min.")]
    public TimeSpan BulkPatience { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Whether runs are padded to a warmed size. Off, a run has as many rows as it has items: right where a
    /// new shape costs nothing. Default true.</summary>
    public bool PadToRung { get; set; } = true;

    /// <summary>Whether bulk runs may be longer than a priority request can bear, because it gets past them when it comes.
    /// Default <c>auto</c>: where the warm-up finds that the device lets go of a run in time, or else that it runs
    /// another beside it.</summary>
    public ExitChoice Exit { get; set; }
}

/// <summary>Which way out of a long run is taken.</summary>
public enum ExitChoice
{
    /// <summary>What a measurement at warm-up allows.</summary>
    Auto,
    /// <summary>None: no run is longer than the quantum.</summary>
    None,
    /// <summary>Terminate, however long the device takes for it; that time is measured and planned with.</summary>
    Terminate,
    /// <summary>Run the request beside, however much slower that is; that is measured and planned with.</summary>
    SecondStream,
}
