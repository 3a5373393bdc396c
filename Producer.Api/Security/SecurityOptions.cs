namespace SkillAi.Queue.Producer.Security;

/// <summary>Bound from <c>Security</c>.</summary>
sealed class SecurityOptions
{
    /// <summary>Whether the header <c>X-Tenant</c> names the tenant. Only behind a gateway that sets it, and removes what
    /// callers send: whoever may write it may be anybody. Default false.</summary>
    public bool TrustTenantHeader { get; set; }
}
