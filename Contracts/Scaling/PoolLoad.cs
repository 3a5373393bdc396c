namespace SkillAi.Queue.Contracts.Scaling;

/// <summary>Answer of <c>GET /scaling/{model}.{lane}</c>: the two numbers that a pool of workers is scaled by.</summary>
/// <param name="ArrivalsPerSecond">Items that this instance accepted, averaged over the last minute: add instances up.</param>
/// <param name="BacklogItems">Items accepted and not answered. Every instance says the same: take one, never a sum.</param>
public sealed record PoolLoad(double ArrivalsPerSecond, long BacklogItems);
