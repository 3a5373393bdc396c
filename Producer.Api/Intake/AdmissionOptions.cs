using Microsoft.Extensions.Options;
using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Producer.Intake;

/// <summary>Bound from <c>Admission</c>: most that accepted requests hold, of each lane of each model, until they are
/// terminal. What comes above is refused with 429. Jobs wait in the spool and do not count.</summary>
sealed class AdmissionOptions
{
    /// <summary>Items. Default 1000000.</summary>
    [SettingRange(Limits.MaxChunkItems, 1_000_000_000, ErrorMessage = "Admission:LaneItems must be 256 to 1000000000.")]
    public long LaneItems { get; set; } = 1_000_000;

    /// <summary>Bytes of item lines. Default 1073741824 (1 GiB).</summary>
    [SettingRange(ShardPolicy.MinBytes, 1L << 40, ErrorMessage = "Admission:LaneBytes must be 2097152 (2 MiB) to 1099511627776 (1 TiB).")]
    public long LaneBytes { get; set; } = 1 << 30;

    /// <summary>Items of one tenant in a lane; null: no limit of its own. Default null.</summary>
    [SettingRange(Limits.MaxChunkItems, 1_000_000_000, ErrorMessage = "Admission:TenantItems must be 256 to 1000000000.")]
    public long? TenantItems { get; set; }
}

[OptionsValidator]
sealed partial class AdmissionOptionsValidator : IValidateOptions<AdmissionOptions>;
