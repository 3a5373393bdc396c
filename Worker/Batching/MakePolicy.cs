namespace SkillAi.Queue.Worker.Batching;

/// <summary>Makes the policy of a model version on a device; the host chooses which. Default: <see cref="BatchPolicy"/>.</summary>
public delegate BatchPolicy MakePolicy(BatchingOptions options, CostModel cost, int lengthBuckets, bool servesUrgent);
