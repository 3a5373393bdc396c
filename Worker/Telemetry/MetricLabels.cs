using Prometheus;
using SkillAi.Queue.Contracts;
using SkillAi.Queue.Worker.Batching;
using SkillAi.Queue.Worker.Models;

namespace SkillAi.Queue.Worker.Telemetry;

/// <summary>What a worker's time goes into.</summary>
enum Stage
{
    Read,
    Prepare,
    Infer,
    Format,
    Store,
}

/// <summary>Why items of a failed run get another one in the same worker.</summary>
enum RetryKind
{
    /// <summary>The fault may pass.</summary>
    Again,
    /// <summary>To find the one that is to blame.</summary>
    Isolate,
    /// <summary>The run was too large for the device's memory.</summary>
    Smaller,
}

/// <summary>Buckets, and enums as label values without an allocation each.</summary>
static class MetricLabels
{
    /// <summary>Runs: what a device takes and what the lanes wait for it.</summary>
    public static HistogramConfiguration Short { get; } = new()
    {
        Buckets = [.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10],
    };

    /// <summary>Answers: dense around the priority lane's 100 ms, and wide enough for a bulk backlog.</summary>
    public static HistogramConfiguration Long { get; } = new()
    {
        Buckets = [.001, .0025, .005, .01, .025, .05, .075, .1, .15, .2, .5, 1, 5, 15, 60, 300, 900, 3600],
    };

    public static HistogramConfiguration Sizes { get; } = new() { Buckets = Histogram.ExponentialBuckets(1, 2, 11) };

    public static HistogramConfiguration Shares { get; } = new() { Buckets = [.1, .25, .5, .75, .9, 1] };

    public static string Of(Stage stage) => stage switch
    {
        Stage.Read => "read",
        Stage.Prepare => "prepare",
        Stage.Infer => "infer",
        Stage.Format => "format",
        Stage.Store => "store",
        _ => throw new ArgumentOutOfRangeException(nameof(stage), stage, message: null),
    };

    public static string Of(RetryKind kind) => kind switch
    {
        RetryKind.Again => "again",
        RetryKind.Isolate => "isolate",
        RetryKind.Smaller => "smaller",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, message: null),
    };

    public static string Of(Outcome outcome) => outcome switch
    {
        Outcome.Succeeded => "succeeded",
        Outcome.Failed => "failed",
        Outcome.Cancelled => "cancelled",
        Outcome.Expired => "expired",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, message: null),
    };

    public static string Of(RunFailure failure) => failure switch
    {
        RunFailure.Transient => "transient",
        RunFailure.Rejected => "rejected",
        RunFailure.OutOfMemory => "out_of_memory",
        RunFailure.DeviceLost => "device_lost",
        RunFailure.Terminated => "terminated",
        _ => throw new ArgumentOutOfRangeException(nameof(failure), failure, message: null),
    };

    public static string Of(CloseReason reason) => reason switch
    {
        CloseReason.Full => "full",
        CloseReason.Deadline => "deadline",
        CloseReason.Quantum => "quantum",
        CloseReason.NoMore => "no_more",
        CloseReason.Idle => "idle",
        CloseReason.Drain => "drain",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, message: null),
    };
}
