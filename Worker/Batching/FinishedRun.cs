namespace SkillAi.Queue.Worker.Batching;

/// <summary>A run that ended and gave its answers.</summary>
/// <param name="Bucket">Length bucket it was padded to.</param>
/// <param name="Rung">Items it was padded to.</param>
/// <param name="Predicted">What <see cref="RunDecision.Predicted"/> said.</param>
public readonly record struct FinishedRun(
    int Urgent, int Bulk, int Bucket, int Rung, TimeSpan Duration, TimeSpan Predicted)
{
    public int Items => Urgent + Bulk;

    /// <summary>Another run was on the device meanwhile: its duration tells nothing of what it costs alone.</summary>
    public bool WasShared { get; init; }
}
