namespace SkillAi.Queue.Contracts;

/// <summary>Names of our headers over HTTP, on both sides.</summary>
public static class HttpHeaders
{
    /// <summary>On whose behalf a call is made, told by a gateway that is trusted to.</summary>
    public const string Tenant = "X-Tenant";
}
