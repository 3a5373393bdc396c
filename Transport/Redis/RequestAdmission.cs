namespace SkillAi.Queue.Transport.Redis;

/// <summary>Most that requests of a lane may hold while they are not terminal. The store counts per shard, so that
/// counting is part of storing and nothing drifts: each shard that is used has an equal share.</summary>
/// <param name="Items">Of a lane.</param>
/// <param name="Bytes">Of item lines of a lane.</param>
/// <param name="TenantItems">Of one tenant in a lane; null: as many as the lane.</param>
public sealed record AdmissionLimits(long Items, long Bytes, long? TenantItems = null)
{
    /// <summary>No limit that anybody would reach.</summary>
    public static readonly AdmissionLimits None = new(1L << 50, 1L << 50);
}

public enum Admission
{
    Admitted = 0,
    LaneFull = 1,
    TenantFull = 2,
}

/// <summary>What the store says to a new request.</summary>
/// <param name="Held">Items that the lane holds now in the request's shard.</param>
public readonly record struct AdmissionAnswer(Admission Verdict, long Held);
