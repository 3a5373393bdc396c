namespace SkillAi.Queue.Worker.Batching;

/// <summary>Why a run was closed at its size.</summary>
public enum CloseReason
{
    /// <summary>As large as a run may be.</summary>
    Full,
    /// <summary>The earliest deadline leaves no room for more.</summary>
    Deadline,
    /// <summary>As long as a priority arrival just after its start can bear.</summary>
    Quantum,
    /// <summary>Nothing more waits that would be worth its ride, and waiting for company would only add latency.</summary>
    NoMore,
    /// <summary>Bulk that waited long enough for company.</summary>
    Idle,
    /// <summary>The worker is stopping.</summary>
    Drain,
}

/// <summary>What to do now: run <see cref="Urgent"/> + <see cref="Bulk"/> items or, when both are zero, ask again
/// after <see cref="Wait"/> or at the next arrival.</summary>
/// <param name="Shed">That many items from the head of the priority lane cannot be answered in time: answer them
/// <c>expired</c> first. Never counts a soft item.</param>
/// <param name="Urgent">Priority items to take, earliest deadline first, after shedding.</param>
/// <param name="Bulk">Bulk items to take from the buckets up to <paramref name="Bucket"/>, the nearest first.</param>
/// <param name="Bucket">Length bucket that the run is padded to.</param>
/// <param name="Rung">Items that the run is padded to: a warmed size.</param>
public readonly record struct RunDecision(
    int Shed, int Urgent, int Bulk, int Bucket, int Rung, CloseReason Reason, TimeSpan Predicted, TimeSpan Wait)
{
    public int Items => Urgent + Bulk;

    /// <summary>Longer than a priority arrival can bear: to be left by the way out when one comes too late for it.</summary>
    public bool IsOversized { get; init; }

    /// <summary>How it can be left: by the way out when it is oversized; by termination, once it has lasted longer than
    /// predicted, when it is not.</summary>
    public WayOut WayOut { get; init; }

    /// <summary>Run nothing, and ask again after that time or at the next arrival.</summary>
    public static RunDecision Later(TimeSpan wait) =>
        default(RunDecision) with { Reason = CloseReason.NoMore, Wait = wait };
}
