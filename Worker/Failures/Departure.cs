using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Worker.Failures;

/// <summary>How a chunk leaves this worker.</summary>
/// <param name="Rung">Where it stands aside; null: it goes to its lane's end at once.</param>
/// <param name="Attempt">The attempt that it comes back as.</param>
sealed record Departure(RetryRung? Rung, int Attempt);
