namespace SkillAi.Queue.Worker.Batching;

/// <summary>A bulk run that a device is in, as those that wait behind it see it.</summary>
/// <param name="Left">Expected time until it ends; negative when it should have ended so long ago.</param>
/// <param name="Predicted">Its expected time from start to end.</param>
/// <param name="IsOversized">See <see cref="RunDecision.IsOversized"/>.</param>
public readonly record struct RunUnderway(TimeSpan Left, TimeSpan Predicted, bool IsOversized);
