using Microsoft.Extensions.Options;
using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Transport.InProcess;

/// <summary>Limits of each lane's queue in memory, bound from <c>InProcess</c>. Work on loan counts too: it is in
/// memory until it is settled.</summary>
public sealed class InProcessOptions
{
    /// <summary>Most items in one queue. Default 1,000,000.</summary>
    [SettingRange(1, int.MaxValue, ErrorMessage = "InProcess:MaxItems must be at least 1.")]
    public int MaxItems { get; set; } = 1_000_000;

    /// <summary>Most bytes of bodies in one queue. Default 256 MiB.</summary>
    [SettingRange(1, long.MaxValue, ErrorMessage = "InProcess:MaxBytes must be at least 1.")]
    public long MaxBytes { get; set; } = 256L * 1024 * 1024;
}

[OptionsValidator]
sealed partial class InProcessOptionsValidator : IValidateOptions<InProcessOptions>;
