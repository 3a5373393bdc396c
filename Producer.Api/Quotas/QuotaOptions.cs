using Microsoft.Extensions.Options;
using SkillAi.Queue.Contracts;

namespace SkillAi.Queue.Producer.Quotas;

/// <summary>What a tenant may have open in jobs, bound from <c>Quota</c>.</summary>
sealed class QuotaOptions
{
    /// <summary>Most unfinished jobs. Default 1000.</summary>
    [SettingRange(1, 100_000, ErrorMessage = "Quota:MaxOpenJobs must be 1 to 100000.")]
    public int MaxOpenJobs { get; set; } = 1000;

    /// <summary>Most items that are not answered, over all unfinished jobs. Default 100 million.</summary>
    [SettingRange(1, 1_000_000_000_000, ErrorMessage = "Quota:MaxPendingItems must be 1 to 1000000000000.")]
    public long MaxPendingItems { get; set; } = 100_000_000;
}

[OptionsValidator]
sealed partial class QuotaOptionsValidator : IValidateOptions<QuotaOptions>;
