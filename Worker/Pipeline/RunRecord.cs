using SkillAi.Queue.Worker.Batching;

namespace SkillAi.Queue.Worker.Pipeline;

/// <summary>A run that gave answers.</summary>
/// <param name="Items">Items in it, of whatever lane.</param>
/// <param name="Started">Time since the worker's start.</param>
sealed record RunRecord(int Items, CloseReason Reason, TimeSpan Predicted, TimeSpan Started, TimeSpan Duration);
