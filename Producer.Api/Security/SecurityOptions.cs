using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace SkillAi.Queue.Producer.Security;

/// <summary>Bound from <c>Security</c>.</summary>
sealed class SecurityOptions
{
    /// <summary>Whether the header <c>X-Tenant</c> names the tenant. Only behind a gateway that sets it, and removes what
    /// callers send: whoever may write it may be anybody. Default false.</summary>
    public bool TrustTenantHeader { get; set; }

    /// <summary>Origins, besides the service's own, whose pages may change something here: <c>https://one;https://two</c>,
    /// or <c>*</c> for every one. Default: none.</summary>
    [RegularExpression(
        @"\*|https?://[^\s/;]+(;https?://[^\s/;]+)*",
        ErrorMessage = "Security:AllowedOrigins must be * or origins like https://name:port, with ; between them.")]
    public string? AllowedOrigins { get; set; }
}

[OptionsValidator]
sealed partial class SecurityOptionsValidator : IValidateOptions<SecurityOptions>;
