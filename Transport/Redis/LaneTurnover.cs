namespace SkillAi.Queue.Transport.Redis;

/// <summary>Items of a lane's requests.</summary>
/// <param name="Waiting">Accepted and not terminal: in the queue, or with workers.</param>
/// <param name="Answered">Since somebody asked before, cancelled ones too.</param>
public readonly record struct LaneTurnover(long Waiting, long Answered);
