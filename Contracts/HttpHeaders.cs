namespace SkillAi.Queue.Contracts;

/// <summary>Names of our headers over HTTP, on both sides.</summary>
public static class HttpHeaders
{
    /// <summary>On whose behalf a call is made, told by a gateway that is trusted to.</summary>
    public const string Tenant = "X-Tenant";

    /// <summary>Names a call, so that it is run once however often it is sent.</summary>
    public const string IdempotencyKey = "Idempotency-Key";

    /// <summary>Says that the answer is that of an earlier try.</summary>
    public const string IdempotencyReplayed = "Idempotency-Replayed";
}
