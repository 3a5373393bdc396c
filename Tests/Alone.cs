namespace SkillAi.Queue.Tests;

/// <summary>Tests whose outcome depends on what else the machine does: they run after all others, one at a time.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
